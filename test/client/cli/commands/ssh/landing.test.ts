import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { landingWords } from '../../../../../client/cli/commands/ssh/landing';
import { readOptions } from '../../../../../client/cli/commands/ssh/options';

const FOLDER = 'trainctl/key/2/0';
const words = (options: string[], command: string[], onTerminal = false) =>
  landingWords(FOLDER, readOptions([...options, ...command]), onTerminal);

describe('where a login lands', () => {
  it.each([[['-N']], [['-fN']], [['-vNL', '1:b:2']], [['-W', 'a:1']], [['-O', 'check']], [['-s']]])(
    '%j runs nothing',
    (options) => {
      expect(words(options, [], true)).toEqual({ terminal: [], command: [] });
    },
  );

  it.each([[['-L', 'Ns:1:b:2']], [['-lNils']], [['-v', '-p', '22']]])('%j lands', (options) => {
    expect(words(options, []).command).toHaveLength(1);
  });

  it('asks for a terminal where somebody sits before one, and wants a shell', () => {
    expect(words([], [], true).terminal).toEqual(['-t']);
    expect(words(['-T'], [], true).terminal).toEqual([]);
    expect(words([], ['ls'], true).terminal).toEqual([]);
    expect(words([], [], false).terminal).toEqual([]);
  });

  describe('as a host reads it', () => {
    const home = mkdtempSync(path.join(tmpdir(), 'trainctl-landing-'));
    afterAll(() => rmSync(home, { recursive: true, force: true }));
    const run = (command: string[], input = ''): string =>
      execFileSync('bash', ['-c', words([], command).command[0] ?? ''], {
        env: { PATH: process.env.PATH, HOME: home },
        cwd: home,
        input,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      });

    it('is a plain login until the agent was there', () => {
      expect(run(['pwd; echo', '"<$A>"'])).toBe(`${home}\n<>\n`);
    });

    it('is in the code, with the variables, for a command and for what is piped in', () => {
      const code = path.join(home, FOLDER, 'code');
      mkdirSync(path.join(home, FOLDER, 'state'), { recursive: true });
      mkdirSync(code);
      writeFileSync(path.join(home, FOLDER, 'state/env.sh'), `export A='it'"'"'s'\ncd '${code}'\n`);
      expect(run(['pwd; echo', '"<$A>"'])).toBe(`${code}\n<it's>\n`);
      expect(run([], 'pwd; printenv A')).toBe(`${code}\nit's\n`);
    });
  });
});
