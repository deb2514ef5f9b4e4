import type { Command } from 'commander';
import { action, examples, withJson } from '../shared/command';

export function register(command: Command): void {
  const get = withJson(command.command('get').description('Download what a run made.'))
    .argument('<run>', 'id, unique prefix, or name (the newest)')
    .option(
      '--to <folder>',
      'default: RUN-outputs; what was in outputs/ lies directly in it, other outputs below their own paths',
    )
    .option('--force', 'write over files that are there')
    .action(
      action(async (context, asked: string, flags: { to?: string; force?: boolean }) => {
        const { getOutputs } = require('../outputs-action') as typeof import('../outputs-action');
        return getOutputs(context, asked, flags);
      }),
    );
  examples(get, [['trainctl outputs get digits --to results', 'the newest run’s outputs, in results/']]);
}
