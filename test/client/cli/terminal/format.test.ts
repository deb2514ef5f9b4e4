import { bytes, count, duration, metric, usd } from '../../../../client/cli/terminal/format';

it.each([
  [0.04, '0.0 s'],
  [0.4, '0.4 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [41, '41 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [3600, '1 h'],
  [7500, '2 h 5 min'],
  [200_000, '2 d 8 h'],
  [-5, '0.0 s'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [312_000, '312 KB'],
  [999_600, '1.0 MB'],
  [1_440_000_000, '1.4 GB'],
])('%d bytes are %s', (n, text) => expect(bytes(n)).toBe(text));

it.each([
  [0, '$0'],
  [0.0011, '$0.0011'],
  [0.34, '$0.34'],
  [20, '$20'],
  [123.4, '$123'],
])('%d dollars are %s', (n, text) => expect(usd(n)).toBe(text));

it.each([
  [3, '3'],
  [0.23149, '0.231'],
  [0.00001234, '1.23e-5'],
  [1234.56, '1234.6'],
])('metric %d is %s', (n, text) => expect(metric(n)).toBe(text));

it('counts', () => {
  expect([count(1, 'file'), count(2, 'file'), count(0, 'entry', 'entries')]).toEqual([
    '1 file',
    '2 files',
    '0 entries',
  ]);
});
