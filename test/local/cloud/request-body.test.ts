import { Readable } from 'node:stream';
import { readBody } from '../../../local/cloud/request-body';

const request = (...chunks: string[]) => Readable.from(chunks.map((text) => Buffer.from(text))) as never;
const tooLarge = (): Error => new Error('too large');

test('a body is read whole, in UTF-8, up to its limit', async () => {
  expect(await readBody(request('Zür', 'ich'), 7, tooLarge)).toBe('Zürich');
  expect(await readBody(request(), 0, tooLarge)).toBe('');
  await expect(readBody(request('Zür', 'ich'), 6, tooLarge)).rejects.toThrow('too large');
});
