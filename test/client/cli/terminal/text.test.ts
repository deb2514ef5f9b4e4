import { clip, pad, plain, width } from '../../../../client/cli/terminal/text';

describe('plain', () => {
  it('takes every power over the terminal from a log line', () => {
    expect(plain('\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001b[2J\u0008\u009b1mY')).toBe('red 1mY');
    expect(plain('user\u202egnp.exe')).toBe('usergnp.exe');
  });

  it('shows the last state of a progress bar', () => {
    expect(plain('10%\r50%\r100% done')).toBe('100% done');
    expect(plain('kept\r')).toBe('kept');
    expect(plain('10%\r50%\r')).toBe('50%');
    expect(plain('10%\r\r\u001b[K')).toBe('10%');
    expect(plain('\r')).toBe('');
    expect(plain('\r\r')).toBe('');
    expect(plain('loading |\b/\b-\b\\')).toBe('loading \\');
    expect(plain('1/9\b\b\b\b\b2/9')).toBe('2/9');
  });
});

describe('width and clip', () => {
  it('counts columns, not characters', () => {
    expect(width('abc')).toBe(3);
    expect(width('日本')).toBe(4);
    expect(width('\u001b[31mred\u001b[39m')).toBe(3);
    expect(width('e\u0301')).toBe(1);
  });

  it('cuts by columns and closes colours', () => {
    expect(clip('abcdef', 6)).toBe('abcdef');
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('日本語', 4)).toBe('日…');
    expect(clip('\u001b[31mabcdef\u001b[39m', 4)).toBe('\u001b[31mabc…\u001b[0m');
    expect(clip('abc', 0)).toBe('');
  });

  it('never gives more columns than asked for', () => {
    for (let columns = 0; columns < 12; columns++) {
      expect(width(clip('\u001b[1m日a本\u001b[0m語 ⚡ text', columns))).toBeLessThanOrEqual(columns);
    }
  });

  it('fills up', () => {
    expect(pad('日', 4)).toBe('日  ');
  });
});
