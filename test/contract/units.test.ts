import fc from 'fast-check';
import { formatDuration, parseBytes, parseDuration, parseSize } from '../../contract';

describe('parseDuration', () => {
  test.each([
    [90, 90],
    [0, 0],
    [1.5, 1.5],
    ['90', 90],
    ['90s', 90],
    ['30m', 1800],
    ['2h', 7200],
    ['1d', 86_400],
    ['1w', 604_800],
    ['1h30m', 5400],
    ['1w2d3h4m5s', 604_800 + 2 * 86_400 + 3 * 3600 + 245],
    ['1.5h', 5400],
    [' 1h 30m ', 5400],
    ['0.0014s', 0.001],
  ])('%p is %p seconds', (value, seconds) => expect(parseDuration(value)).toBe(seconds));

  test.each([
    'banana',
    '',
    ' ',
    '-1s',
    '1H',
    '30m1h',
    '1h1h',
    '1y',
    '5 minutes',
    '1h30',
    'h',
    '1e3s',
    '1h; rm',
    '９s',
    '9'.repeat(400),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    1e300,
  ])('%p is refused in words', (value) =>
    expect(() => parseDuration(value)).toThrow(/is not a duration \(try 90s, 30m, 2h\)$/),
  );

  test('the words quote the value, shortened', () => {
    expect(() => parseDuration('x'.repeat(500))).toThrow(/^"x{56}… is not/);
  });

  test('formatDuration writes what it reads', () => {
    fc.assert(fc.property(fc.nat(10_000_000), (seconds) => parseDuration(formatDuration(seconds)) === seconds));
    expect(formatDuration(5400)).toBe('1h30m');
    expect(formatDuration(0)).toBe('0s');
  });
});

describe('parseSize', () => {
  test.each([
    [50, 50],
    [0.2, 1],
    ['50', 50],
    ['50GiB', 50],
    ['50gib', 50],
    ['1 TiB', 1024],
    ['1536MiB', 2],
    ['1.5GiB', 2],
    ['50GB', 47],
    ['1TB', 932],
    ['0GiB', 0],
  ])('%p is %p GiB', (value, gib) => expect(parseSize(value)).toBe(gib));

  test.each(['', 'big', '-1GiB', '50G', '50 apples', '1e3', 'GiB', -1, Number.NaN])('%p is refused in words', (value) =>
    expect(() => parseSize(value)).toThrow(/is not a size \(try 50GiB, 500GiB, 1TiB\)$/),
  );
});

describe('parseBytes', () => {
  test.each([
    [5, 5 * 1024 ** 3],
    ['5', 5 * 1024 ** 3],
    ['1MiB', 1024 ** 2],
    ['1.5 MiB', 1.5 * 1024 ** 2],
    ['10kb', 10_000],
    ['100B', 100],
    [0, 0],
    [1e-7, 107],
  ])('%p is %p bytes', (value, bytes) => expect(parseBytes(value)).toBe(bytes));

  test.each(['', 'big', '-1GiB', '5 apples', Number.NaN, '9999999999TiB'])('%p is refused in words', (value) =>
    expect(() => parseBytes(value)).toThrow(/is not a size \(try 5GiB/),
  );
});
