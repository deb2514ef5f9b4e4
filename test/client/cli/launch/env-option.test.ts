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

  it('names the line that is none, and the file that is not there', () => {
    expect(() => readEnvFile(file('A=1\nnonsense'))).toThrow('line 2 is not KEY=VALUE');
    expect(() => readEnvFile(path.join(dir, 'none'))).toThrow('ENOENT');
  });
});
