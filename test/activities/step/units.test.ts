import { bytesInWords, countInWords, secondsInWords } from '../../../activities/step/units';

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
