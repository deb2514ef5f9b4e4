import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';

export function register(command: Command): void {
  const up = withJson(command.command('up').description('Start Temporal, the local cloud and a worker.'))
    .option('--detach', 'leave them running and return')
    .option(
      '--replace',
      'files of it were lost: end its open runs, which nothing can serve any more, and go on with what is left',
    )
    .action(
      action(async (context, flags: { detach?: boolean; replace?: boolean }) => {
        const { stackUp } = await import('./up.js');
        return stackUp(context, flags);
      }),
    );
  examples(up, [
    ['trainctl stack up --detach', 'may be called twice; state is under $TRAINCTL_HOME'],
    ['TRAINCTL_HOME=~/other trainctl stack up --detach', 'a second one, on free ports'],
  ]);
  const down = withJson(command.command('down').description('Stop them. Refuses while runs are open.'))
    .option('--force', 'also while runs are open: they go on when it is up again')
    .option('--leftovers', 'end only what stacks that are gone have left behind; the one that is up stays up')
    .action(
      action(async (context, flags: { force?: boolean; leftovers?: boolean }) => {
        const { stackDown } = await import('./down.js');
        return stackDown(context, flags);
      }),
    );
  examples(down, [
    ['trainctl stack down', 'what the runs left (logs, checkpoints, outputs) stays under $TRAINCTL_HOME'],
  ]);
  const env = withJson(command.command('env').description('Print exports for the AWS CLI, boto3 and the temporal CLI.'))
    .option('--unset', 'print what takes them back')
    .action(
      action(async (context, flags: { unset?: boolean }) => {
        const { stackEnvironment } = await import('./env.js');
        return stackEnvironment(context, flags);
      }),
    );
  examples(env, [
    ['eval "$(trainctl stack env)"', 'aws, boto3 and temporal talk to the stack'],
    ['eval "$(trainctl stack env --unset)"', 'and no longer'],
  ]);
  const status = withJson(command.command('status').description('What is up, and where.')).action(
    action(async (context) => {
      const { showStack } = await import('./status.js');
      return showStack(context);
    }),
  );
  examples(status, [['trainctl stack status', 'exits 3 unless all of it is up']]);
}
