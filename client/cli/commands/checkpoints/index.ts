import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';
import { OPEN_RUN, RUN } from '../../shared/run-asked';
import type { GetFlags } from './get';

export function register(command: Command): void {
  const ls = withJson(command.command('ls').description('List the whole checkpoints of a run, newest first.'))
    .argument('[run]', RUN)
    .action(
      action(async (context, asked: string | undefined) => {
        const { listCheckpointsOf } = await import('./list.js');
        return listCheckpointsOf(context, asked);
      }),
    );
  examples(ls, [['trainctl checkpoints ls digits', 'what a next attempt, or you, could go on from']]);
  const take = withJson(command.command('take').description('Ask for a checkpoint now.'))
    .argument('[run]', OPEN_RUN)
    .option('--wait', 'wait until it is whole')
    .action(
      action(async (context, asked: string | undefined, flags: { wait?: boolean }) => {
        const { takeCheckpoint } = await import('./take.js');
        return takeCheckpoint(context, asked, flags);
      }),
    );
  examples(take, [['trainctl checkpoints take digits --wait', 'save now, and say when it is whole']]);
  const get = withJson(command.command('get').description('Download a checkpoint, and verify every part of it.'))
    .argument('[run]', RUN)
    .option('--step <n>', 'the newest of this step; default: the newest of all')
    .option('--to <folder>', 'a folder that is not there yet; default: RUN-checkpoint-STEP')
    .action(
      action(async (context, asked: string | undefined, flags: GetFlags) => {
        const { getCheckpoint } = await import('./get.js');
        return getCheckpoint(context, asked, flags);
      }),
    );
  examples(get, [['trainctl checkpoints get digits --to ckpt', 'the newest checkpoint, in ckpt/']]);
}
