import type { Command } from 'commander';
import { action, examples, withJson } from '../shared/command';

export function register(command: Command): void {
  withJson(command)
    .argument('[dir]', 'the folder', '.')
    .option('--dry-run', 'only say what would be sent')
    .action(
      action(async (context, dir: string, flags: { dryRun?: boolean }) => {
        const { snapshot } = require('../snapshot-action') as typeof import('../snapshot-action');
        return snapshot(context, dir, flags);
      }),
    );
  examples(command, [
    ['trainctl snapshot .', 'prints the sha256 for `code: { snapshot: … }`'],
    ['trainctl snapshot --dry-run', 'what the ignore rules leave'],
  ]);
}
