import type { Command } from 'commander';
import { action, examples, withJson } from '../shared/command';

interface StopFlags {
  now?: boolean;
  cancel?: boolean;
  wait?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .argument('<run>', 'id, unique prefix, or name (the newest)')
    .option('--now', 'no grace, no last checkpoint')
    .option('--cancel', 'use Temporal’s own cancel, which is recorded even when no worker is there')
    .option('--wait', 'wait until it has ended; exits with its code')
    .action(
      action(async (context, asked: string, flags: StopFlags) => {
        const { withClient } = require('../shared/session') as typeof import('../shared/session');
        const { stop } = require('../stop-action') as typeof import('../stop-action');
        return withClient(context, async (client) => stop(context, await client.get(asked), flags));
      }),
    );
  examples(command, [
    ['trainctl stop digits-7k2f', 'TERM, a last checkpoint, the outputs, then the end'],
    ['trainctl stop digits-7k2f --now', 'the end at once'],
  ]);
}
