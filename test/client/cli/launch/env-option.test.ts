import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnvOption, readEnvFile } from '../../../../client/cli/launch/env-option';

describe('--env', () => {
  it('takes values, and those of the shell', () => {
    expect(parseEnvOption('A=b=c', {})).toEqual(['A', 'b=c']);
    expect(parseEnvOption('A', { A: 'x' })).toEqual(['A', 'x']);
    expect(() => parseEnvOption('A', {})).toThrow('this shell has no A');
    expect(() => parseEnvOption('1A=x', {})).toThrow('cannot name a variable');
  });
});

describe('--env-file', () => {
  let dir: string;
  const file = (text: string): string => {
    const full = path.join(dir, '.env');
    writeFileSync(full, text);
    return full;
  };
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'trainctl-env-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('reads what dotenv files hold', () => {
    const text = `# a comment\r\nA=1\nexport B = "two\\nlines" # why\nC='as $is'\nD=x # comment\nE=a#b\nF=\n\n`;
    expect(readEnvFile(file(text))).toEqual({ A: '1', B: 'two\nlines', C: 'as $is', D: 'x', E: 'a#b', F: '' });
  });

  it('refuses letters that would become others, but for those of comments', () => {
    writeFileSync(file(''), Buffer.from('# gr\xfcn\nA=1 # \xe9\nB=x', 'latin1'));
    expect(readEnvFile(path.join(dir, '.env'))).toEqual({ A: '1', B: 'x' });
    writeFileSync(file(''), Buffer.concat([Buffer.from('# 8 \u20ac\n'), Buffer.from('A=\xfc\n', 'latin1')]));
    expect(() => readEnvFile(path.join(dir, '.env'))).toThrow(
      /not UTF-8 \(byte 0xfc in line 2, after 2 bytes of it\).*iconv/,
    );
  });

  it('names the line that is none, and the file that is not there', () => {
    expect(() => readEnvFile(file('A=1\nnonsense'))).toThrow('line 2 is not KEY=VALUE');
    expect(() => readEnvFile(path.join(dir, 'none'))).toThrow('ENOENT');
  });
});
