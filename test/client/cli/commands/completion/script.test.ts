import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { completionScript, completionTree } from '../../../../../client/cli/commands/completion/script';
import { buildProgram } from '../../../../../client/cli/program';

describe('completion', () => {
  let program: Command;
  beforeAll(async () => {
    program = await buildProgram('0', [], true);
  });

  it('knows every command, sub-command and option', () => {
    const words = Object.fromEntries(completionTree(program).map((node) => [node.path, node.words.map((w) => w.word)]));
    expect(words['']).toEqual(expect.arrayContaining(['run', 'rerun', 'ls', 'stack', 'local', 'doctor']));
    expect(words.stack).toEqual(expect.arrayContaining(['up', 'down', 'env', 'status']));
    expect(words['stack down']).toEqual(expect.arrayContaining(['--force', '--json']));
  });

  it('knows the names of runs, open ones for what only an open run can do, and of schedules', () => {
    const takes = Object.fromEntries(completionTree(program).map((node) => [node.path, node.takes]));
    expect(takes).toMatchObject({
      logs: 'run',
      'outputs get': 'run',
      stop: 'open run',
      'checkpoints take': 'open run',
    });
    expect(takes).toMatchObject({ 'schedule pause': 'schedule', 'schedule trigger': 'schedule' });
    expect([takes.run, takes['schedule create']]).toEqual([undefined, undefined]);
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      expect(completionScript(shell, program)).toMatch(/ls --names --limit 200 --open 2>\/dev\/null/);
      expect(completionScript(shell, program)).toMatch(/schedule ls --names 2>\/dev\/null/);
    }
  });

  it('completes in a real bash', () => {
    const complete = (...line: string[]): string[] => {
      const words = line.map((word) => `'${word}'`).join(' ');
      const script = `${completionScript('bash', program)}\nCOMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _trainctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' }).stdout.split('\n').filter(Boolean);
    };
    expect(complete('trainctl', 'rer')).toEqual(['rerun']);
    expect(complete('trainctl', 'stack', 'd')).toEqual(['down']);
    expect(complete('trainctl', 'stack', 'down', '--f')).toEqual(['--force']);
    expect(complete('trainctl', 'run', '--dry')).toEqual(['--dry-run']);
    expect(complete('trainctl', 'run', '/et')).toEqual(['/etc']);
    expect(complete('trainctl', 'completion', 'z')).toEqual(['zsh']);
    expect(complete('trainctl', 'outputs', 'get', '--to', '/et')).toEqual(['/etc']);
    // The program that is being completed is asked; here it is a function that knows two runs.
    const runs = `trainctl() { [[ "$*" == 'ls --names --limit 200 --open' ]] && printf 'digits-a1b2\\nprimes-c3d4\\n'; }`;
    const script = `${completionScript('bash', program)}\n${runs}\nCOMP_WORDS=(trainctl stop di); COMP_CWORD=2; _trainctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' }).stdout).toBe('digits-a1b2\n');
  });

  it.each([
    ['a blank', ['my\\ r'], ['my\\ run']],
    ['an open quote', ['"my r'], ['my run']],
    ['what a shell would do', ['$('], ['\\$\\(echo\\ pwned\\ \\>\\&2\\)']],
    ['a backtick', ['zz'], ['zz\\`id\\`']],
    ['a backtick, in a quote that does not hold it', ['"zz'], []],
    ['a glob', ['['], ['\\[a-z\\]\\*']],
    ['a backslash', ["'esc\\u{1b"], ['esc\\u{1b}[31m']],
    ['colons, at which bash splits', ['n-T03', ':', '00'], ['00:00Z']],
    ['a colon at the end', ['n-T03', ':'], ['00:00Z']],
    ['colons that are quoted', ['n-T03\\:0'], ['n-T03:00:00Z']],
  ])('completes ids with %s as one word of the command line', (_what, words, expected) => {
    expect(completeIds(words, 'compopt() { :; }')).toEqual(expected);
  });

  it('an older bash, which quotes less, gets only ids that need no quotes', () => {
    expect(completeIds([''], 'compopt() { return 1; }')).toEqual(['n-T03:00:00Z', 'other']);
  });

  /** What is offered in a real bash for `trainctl status WORDS`, the last of them being completed; nothing may be run. */
  function completeIds(words: string[], compopt: string): string[] {
    const ids = ['my run', '$(echo pwned >&2)', '[a-z]*', 'esc\\u{1b}[31m', 'n-T03:00:00Z', 'zz`id`', 'other'];
    const quoted = (list: string[]): string => list.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const script = [
      completionScript('bash', program),
      compopt,
      `trainctl() { printf '%s\\n' ${quoted(ids)}; }`,
      `COMP_WORDS=(trainctl status ${quoted(words)}); COMP_CWORD=$((1 + ${words.length})); _trainctl`,
      `[[ \${#COMPREPLY[@]} -eq 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join('\n');
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' });
    expect(stderr).toBe('');
    return stdout.split('\n').slice(0, -1);
  }
});
