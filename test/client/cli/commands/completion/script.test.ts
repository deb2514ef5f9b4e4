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

  it('knows the names of runs: open ones for what only an open run can do', () => {
    const runs = Object.fromEntries(completionTree(program).map((node) => [node.path, node.runs]));
    expect(runs).toMatchObject({ logs: 'any', 'outputs get': 'any', stop: 'open', 'checkpoints take': 'open' });
    expect(runs.run).toBeUndefined();
    for (const shell of ['bash', 'zsh', 'fish'] as const)
      expect(completionScript(shell, program)).toMatch(/ls --names --limit 200 --open 2>\/dev\/null/);
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
});
