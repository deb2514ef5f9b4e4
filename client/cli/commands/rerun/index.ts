import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';
import { collect } from '../run';

interface RerunFlags {
  set?: string[];
  env?: string[];
  name?: string;
  id?: string;
  dryRun?: boolean;
  yes?: boolean;
  detach?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .argument('<run>', 'id, unique prefix, or name (the newest)')
    .option('--set <path=value>', 'change one value of the saved spec (repeatable)', collect)
    .option('--env <name=value>', 'set a variable of the training (repeatable)', collect)
    .option('--name <name>', 'name of the new run')
    .option('--id <id>', 'id of the new run')
    .option('--dry-run', 'show the plan, start nothing')
    .option('--yes', 'do not ask before spending money on AWS')
    .option('--detach', 'start it and return')
    .action(
      action(async (context, run: string, flags: RerunFlags) => {
        const { rerun } = require('./action') as typeof import('./action');
        return rerun(context, run, flags);
      }),
    );
  examples(command, [
    ['trainctl rerun digits-7k2f', 'the same spec, the same code'],
    ['trainctl rerun digits --set env.LR=0.01', 'the newest run of that name, with another learning rate'],
  ]);
}
