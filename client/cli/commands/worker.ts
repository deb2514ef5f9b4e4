import type { Command } from 'commander';
import { action, examples } from '../shared/command';

export function register(command: Command): void {
  command.action(
    action(async (context) => {
      const { readySettings } = require('../shared/session') as typeof import('../shared/session');
      readySettings(context.env);
      const { runWorker } = require('../worker-action') as typeof import('../worker-action');
      return runWorker();
    }),
  );
  examples(command, [
    ['trainctl worker', 'against the Temporal server of the settings; ends on SIGTERM, handing its runs over'],
    ['TEMPORAL_ADDRESS=temporal:7233 trainctl worker', 'against a shared server'],
  ]);
}
