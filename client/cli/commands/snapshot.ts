import type { Command } from 'commander';
import { action, examples, withJson } from '../command';
import type { SnapshotFlags } from '../snapshot-action';

export function register(command: Command): void {
  withJson(command)
    .argument('[dir]', 'the folder', '.')
    .option('--dry-run', 'only say what would be sent')
    .option('--yes', 'do not ask before more than 500 MB, or a home folder, are sent')
    .action(
      action(async (context, dir: string, flags: SnapshotFlags) => {
        const { snapshot } = require('../snapshot-action') as typeof import('../snapshot-action');
        return snapshot(context, dir, flags);
      }),
    );
  examples(command, [
    ['trainctl snapshot .', 'prints `code: { snapshot: …, times: … }` for a spec'],
    ['trainctl snapshot --dry-run', 'what the ignore rules leave'],
  ]);
}
