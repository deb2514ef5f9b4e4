import type { Command } from 'commander';
import type { RunFlags } from '../../launch/launch';
import { action, examples, withJson } from '../../shared/command';
import { SPEC, withSpecOptions } from '../../shared/spec-options';

export function register(command: Command): void {
  withSpecOptions(withJson(command).usage('[SPEC] [options] [-- COMMAND…]').argument('[spec]', SPEC))
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
