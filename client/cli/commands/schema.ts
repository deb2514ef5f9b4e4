import type { Command } from 'commander';
import { TrainctlError } from '../..';
import { action, examples, withJson } from '../shared/command';

export function register(command: Command): void {
  withJson(command)
    .argument('[which]', 'run, status, result or ls', 'run')
    .action(
      action(async ({ out }, which: string) => {
        const { publishedSchemas } = await import('../../../contract/schema/index.js');
        const schemas = publishedSchemas();
        const found = schemas[`${which}.v1.json`];
        if (!found) {
          const names = Object.keys(schemas).map((name) => name.replace('.v1.json', ''));
          throw new TrainctlError('usage', `there is no schema "${which}"; there are ${names.join(', ')}`);
        }
        if (out.json) out.value(found);
        else out.whole(JSON.stringify(found, null, 2));
        return 0;
      }),
    );
  examples(command, [
    ['trainctl schema > run.v1.json', 'for an editor'],
    ['trainctl schema status', 'what `status --json` prints'],
  ]);
}
