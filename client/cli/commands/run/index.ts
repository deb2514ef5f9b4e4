import type { Command } from 'commander';
import type { RunFlags } from '../../launch/launch';
import { action, collect, examples, withJson } from '../../shared/command';

export function register(command: Command): void {
  withJson(command)
    .usage('[SPEC] [options] [-- COMMAND…]')
    .argument('[spec]', 'a spec file, or a folder that holds one; default: trainctl.yaml or .json of this folder')
    .option('--set <path=value>', 'change one value of the spec (repeatable), such as limits.maxDuration=4h', collect)
    .option(
      '--env <name=value>',
      'set a variable of the training (repeatable); a name alone takes its value here',
      collect,
    )
    .option('--env-file <file>', 'set variables from a file of NAME=VALUE lines')
    .option('--name <name>', 'name of the run; default: the folder’s')
    .option('--id <id>', 'id of the run (letters, digits and . _ : -); default: its name and four random characters')
    .option('--dry-run', 'show the plan, send nothing, start nothing')
    .option('--yes', 'do not ask: before money is spent on AWS, before more than 500 MB, or a home folder, are sent')
    .option('--detach', 'start it and return')
    .option('--print-input', 'send the code and print the workflow’s input as JSON, for a start from the Temporal UI')
    .action(
      action(
        async (context, spec: string | undefined, flags: RunFlags, self: Command) => {
          const { run } = await import('./action.js');
          return run(context, spec, flags, self);
        },
        { rest: true },
      ),
    );
  examples(command, [
    ['trainctl run', 'run what trainctl.yaml says'],
    ['trainctl run examples/digits --set resources.market=spot', 'on spot instances'],
    ['trainctl run --set limits.maxDuration=4h -- python train.py', 'a command, with the code of this folder'],
    ['trainctl run --dry-run', 'what would be sent, tried and paid'],
  ]);
}
