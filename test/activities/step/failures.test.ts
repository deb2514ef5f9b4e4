import { lastBytes, withTail } from '../../../activities/step/failures';

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
