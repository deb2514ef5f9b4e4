import type { Command } from 'commander';
import { buildProgram } from '../../../client/cli/program';
import { usageFaults } from '../../../client/cli/usage';

describe('what is wrong with a command line', () => {
  let program: Command;
  beforeAll(async () => {
    program = await buildProgram('0', [], true);
  });
  const faults = (line: string): string[] => usageFaults(program, line.split(' '));

  it('is named all at once, each unknown option with the nearest known one', () => {
    expect(faults('run --dry-runn --detatch --epochs=5 --sett a=1 --yes')).toEqual([
      "unknown option '--dry-runn' (Did you mean --dry-run?)",
      "unknown option '--detatch' (Did you mean --detach?)",
      "unknown option '--epochs'",
      "unknown option '--sett' (Did you mean --set?)",
    ]);
  });

  it('options, values and arguments alike', () => {
    expect(faults('run --bogus --env 1A=3 --env NO_SUCH_VARIABLE_HERE --env A=1')).toEqual([
      "unknown option '--bogus'",
      '--env 1A=3: "1A" cannot name a variable',
      '--env NO_SUCH_VARIABLE_HERE: this shell has no NO_SUCH_VARIABLE_HERE',
    ]);
    expect(faults('checkpoints get one two --too folder --step')).toEqual([
      "unknown option '--too' (Did you mean --to?)",
      "option '--step <n>' argument missing",
      'too many arguments: "two"',
    ]);
    expect(faults('local kill --jsn')).toEqual([
      "unknown option '--jsn' (Did you mean --json?)",
      "missing required argument 'instance'",
    ]);
    expect(faults('completion tcsh --shell')).toEqual([
      "unknown option '--shell'",
      '"tcsh" is no shell: it is one of bash, zsh, fish',
    ]);
    expect(faults('status digits --watch=yes -x')).toEqual([
      'option \'--watch\' takes no value, but is given "yes"',
      "unknown option '-x'",
    ]);
  });

  it('values beside names', () => {
    expect(faults('ls --limit x --bogus')).toEqual(['--limit: "x" is not a whole number', "unknown option '--bogus'"]);
    expect(faults('run --set foo --evn a=b')).toEqual([
      '--set foo: it must be PATH=VALUE',
      "unknown option '--evn' (Did you mean --env?)",
    ]);
  });

  it('finds nothing in what is right', () => {
    expect(faults('run spec.yaml --set a.b=1 --env X=2 --dry-run')).toEqual([]);
    expect(faults('logs -f digits --attempt 1')).toEqual([]);
    expect(faults('stop')).toEqual([]);
  });
});
