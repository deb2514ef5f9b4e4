import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';
import { OPEN_RUN, RUN } from '../../shared/run-asked';
import type { GetFlags } from './get';

export function register(command: Command): void {
  const ls = withJson(
    command
      .command('ls')
      .description(
        'List the checkpoints of a run, newest first: whole, suspect or damaged, and who resumed from them.',
      ),
  )
    .argument('[run]', RUN)
    .action(
      action(async (context, asked: string | undefined) => {
        const { listCheckpointsOf } = await import('./list.js');
        return listCheckpointsOf(context, asked);
      }),
    );
  examples(ls, [['trainctl checkpoints ls digits', 'what a next attempt, or you, could go on from']]);
  const take = withJson(
    command.command('take').description('Take a checkpoint now, and say which it is or why there is none.'),
  )
    .argument('[run]', OPEN_RUN)
    .option('--wait', 'as without it: the answer is always waited for')
    .action(
      action(async (context, asked: string | undefined) => {
        const { takeCheckpoint } = await import('./take.js');
        return takeCheckpoint(context, asked);
      }),
    );
  examples(take, [['trainctl checkpoints take digits', 'save now, and say when it is in S3']]);
  const get = withJson(command.command('get').description('Download a checkpoint, and verify every part of it.'))
    .argument('[run]', RUN)
    .option('--step <n>', 'the newest of this step; default: the newest whole one, and no failed resume')
    .option('--attempt <n>', 'the newest of this attempt')
    .option('--number <n>', 'the one of this number in its attempt')
    .option(
      '--to <folder>',
      'a folder that is not there yet; default: RUN-checkpoint-STEP, or -ATTEMPT-NUMBER without a step',
    )
    .action(
      action(async (context, asked: string | undefined, flags: GetFlags) => {
        const { getCheckpoint } = await import('./get.js');
        return getCheckpoint(context, asked, flags);
      }),
    );
  examples(get, [['trainctl checkpoints get digits --to ckpt', 'the newest checkpoint, in ckpt/']]);
}
