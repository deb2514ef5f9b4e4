import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';
import { RUN, runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import { followToEnd } from '../../watch/follow-to-end';
import { waitQuietly } from '../../watch/wait';
import { showStatus } from './screen';

interface StatusFlags {
  watch?: boolean;
  wait?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', RUN)
    .option('--watch', 'follow it to its end, as run does; exits with its code')
    .option('--wait', 'say nothing until it has ended; exits with its code')
    .action(
      action(async (context, asked: string | undefined, flags: StatusFlags) => {
        return withClient(
          context,
          async (client) => {
            const handle = await runAsked(context, client, asked);
            if (flags.watch) return followToEnd(context, client, handle);
            return flags.wait ? waitQuietly(context, handle) : showStatus(context, client, handle);
          },
          { readsStore: true },
        );
      }),
    );
  examples(command, [
    ['trainctl status digits', 'the newest run of that name'],
    ['trainctl status digits-7k2f --wait && echo trained', 'wait in a script'],
    ['trainctl status digits-7k2f --json | jq .lastCheckpoint', 'one value'],
  ]);
}
