import type { Command } from 'commander';
import { action, examples, withJson } from '../shared/command';

export function register(command: Command): void {
  withJson(command)
    .description(
      'End what carries this installation’s tags and no live run owns: instances, volumes, spot requests. The worker does the\nsame every 5 minutes; what is tagged trainctl:protected=true is never touched. Exits 1 when something is not gone yet.',
    )
    .option('--dry-run', 'say what it would end, and end nothing')
    .action(
      action(async (context, flags: { dryRun?: boolean }) => {
        const { withClient } = require('../shared/session') as typeof import('../shared/session');
        const { reconcile } = require('../reconcile-action') as typeof import('../reconcile-action');
        return withClient(context, (client) => reconcile(context, client, flags));
      }),
    );
  examples(command, [
    ['trainctl reconcile --dry-run', 'what no live run owns'],
    ['trainctl reconcile', 'end it, and wait until EC2 shows it gone'],
  ]);
}
