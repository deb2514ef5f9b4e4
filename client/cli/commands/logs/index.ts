import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';
import { RUN, runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import type { StreamFlags } from '../../watch/streams';

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', RUN)
    .option('-f, --follow', 'go on until the run has ended; exits with its code')
    .option('--setup', 'what the tools of its set-up wrote, and not the training')
    .option('--attempt <n>', 'only this attempt; default: all, one after the other')
    .action(
      action(async (context, asked: string | undefined, flags: StreamFlags) => {
        const { printLog } = await import('./action.js');
        return withClient(context, async (client) => printLog(context, await runAsked(context, client, asked), flags), {
          readsStore: true,
        });
      }),
    );
  examples(command, [
    ['trainctl logs digits -f', 'watch it being written'],
    ['trainctl logs digits-7k2f --setup', 'what its install wrote'],
    ['trainctl logs digits-7k2f --attempt 1 > log', 'byte-identical to the host’s file'],
  ]);
}
