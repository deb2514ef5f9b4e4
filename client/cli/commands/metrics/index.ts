import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';
import { RUN, runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import type { MetricsFlags } from './action';

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', RUN)
    .option('--csv', 'print CSV')
    .option('-f, --follow', 'print JSON lines as they come, until the run has ended')
    .option('--attempt <n>', 'only this attempt')
    .option('--all', 'also steps that a later attempt did again')
    .action(
      action(async (context, asked: string | undefined, flags: MetricsFlags) => {
        const { printMetrics } = await import('./action.js');
        return withClient(
          context,
          async (client) => printMetrics(context, await runAsked(context, client, asked), flags),
          {
            readsStore: true,
          },
        );
      }),
    );
  examples(command, [
    ['trainctl metrics digits --csv > digits.csv', 'for a spreadsheet or pandas'],
    ['trainctl metrics digits -f | jq .loss', 'as they come'],
  ]);
}
