import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';

interface StatusFlags {
  watch?: boolean;
  wait?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .argument('<run>', 'id, unique prefix, or name (the newest)')
    .option('--watch', 'follow it to its end; exits with its code')
    .option('--wait', 'say nothing until it has ended; exits with its code')
    .action(
      action(async (context, asked: string, flags: StatusFlags) => {
        const { withClient } = require('../../shared/session') as typeof import('../../shared/session');
        const { showStatus, waitStatus } = require('./action') as typeof import('./action');
        return withClient(context, async (client) => {
          const handle = await client.get(asked);
          if (flags.watch) {
            const { followToEnd } = require('../../launch/launch') as typeof import('../../launch/launch');
            return followToEnd(context, client, handle, { log: false });
          }
          return flags.wait ? waitStatus(context, handle) : showStatus(context, client, handle);
        });
      }),
    );
  examples(command, [
    ['trainctl status digits', 'the newest run of that name'],
    ['trainctl status digits-7k2f --wait && echo trained', 'wait in a script'],
    ['trainctl status digits-7k2f --json | jq .lastCheckpoint', 'one value'],
  ]);
}
