import type { Command } from 'commander';
import type { RunFlags } from '../../launch/launch';
import { action, collect, examples, withJson } from '../../shared/command';
import { RUN } from '../../shared/run-asked';

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', RUN)
    .option('--set <path=value>', 'change one value of the saved spec (repeatable)', collect)
    .option('--env <name=value>', 'set a variable of the training (repeatable)', collect)
    .option('--name <name>', 'name of the new run')
    .option('--id <id>', 'id of the new run')
    .option('--dry-run', 'show what would be another than in that run, and the plan; start nothing')
    .option('--yes', 'do not ask before spending money on AWS')
    .option('--detach', 'start it and return')
    .action(
      action(async (context, run: string | undefined, flags: RunFlags) => {
        const { rerun } = await import('./action.js');
        return rerun(context, run, flags);
      }),
    );
  examples(command, [
    ['trainctl rerun digits-7k2f', 'the same spec, the same code'],
    ['trainctl rerun digits --set env.LR=0.01', 'the newest run of that name, with another learning rate'],
    ['trainctl rerun digits --set env.LR=0.01 --dry-run', 'what that would change: spec, code, commit, requirements'],
  ]);
}
