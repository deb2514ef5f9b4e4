import { lastBytes, withTail } from '../../activities/failures';
import { bytesInWords, countInWords, secondsInWords } from '../../activities/units';

test('the end of a text is cut between characters, at a line where that is near', () => {
  expect(lastBytes('short\n', 100)).toBe('short');
  const cut = lastBytes('é'.repeat(500), 101);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(101);
  expect(cut).toMatch(/^…é+$/);
  expect(lastBytes(`${'x'.repeat(50)}\nlast line of all`, 25)).toBe('…last line of all');
});

test('message and tail fit in 2 KiB together', () => {
  const text = withTail('m'.repeat(1000), 't'.repeat(9000));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
  expect(withTail('only', '  \n')).toBe('only');
});

test('units for people', () => {
  expect([0, 999, 9_940, 312_000, 48_000_000, 1_240_000_000].map(bytesInWords)).toEqual([
    '0 B',
    '999 B',
    '9.9 KB',
    '312 KB',
    '48 MB',
    '1.2 GB',
  ]);
  expect([countInWords(1, 'file'), countInWords(12, 'file')]).toEqual(['1 file', '12 files']);
  expect([0.42, 12.3, 125, 180].map(secondsInWords)).toEqual(['0.4 s', '12 s', '2 min 5 s', '3 min']);
});
