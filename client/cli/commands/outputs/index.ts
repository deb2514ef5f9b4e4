import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';
import { RUN } from '../../shared/run-asked';
import type { GetFlags } from './get';

export function register(command: Command): void {
  const get = withJson(command.command('get').description('Download what a run made.'))
    .argument('[run]', RUN)
    .option(
      '--to <folder>',
      'default: RUN-outputs; what was in outputs/ lies directly in it, other outputs below their own paths',
    )
    .option('--force', 'write over files that are there')
    .action(
      action(async (context, asked: string | undefined, flags: GetFlags) => {
        const { getOutputs } = await import('./get.js');
        return getOutputs(context, asked, flags);
      }),
    );
  examples(get, [['trainctl outputs get digits --to results', 'the newest run’s outputs, in results/']]);
}
