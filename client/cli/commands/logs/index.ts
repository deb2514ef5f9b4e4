import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';

interface LogsFlags {
  follow?: boolean;
  attempt?: string;
}

export function register(command: Command): void {
  withJson(command)
    .argument('<run>', 'id, unique prefix, or name (the newest)')
    .option('-f, --follow', 'go on until the run has ended; exits with its code')
    .option('--attempt <n>', 'only this attempt; default: all, one after the other')
    .action(
      action(async (context, asked: string, flags: LogsFlags) => {
        const { withClient } = require('../../shared/session') as typeof import('../../shared/session');
        const { printLog } = require('./action') as typeof import('./action');
        return withClient(context, async (client) => printLog(context, await client.get(asked), flags));
      }),
    );
  examples(command, [
    ['trainctl logs digits -f', 'watch it being written'],
    ['trainctl logs digits-7k2f --attempt 1 > log', 'byte-identical to the host’s file'],
  ]);
}
