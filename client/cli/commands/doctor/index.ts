import { type Command, Option } from 'commander';
import type { RightsOf } from '../../../../adapters/aws';
import { action, examples, withJson } from '../../shared/command';

/** Each has a policy in docs/policies. */
const PARTS = ['client', 'worker', 'suite'] as const satisfies readonly RightsOf[];

export function register(command: Command): void {
  const as = new Option('--as <part>', 'whose rights on AWS to try (default on AWS: client)').choices(PARTS);
  withJson(command.addOption(as)).action(
    action(async (context, flags: { as?: RightsOf }) => {
      const { doctor } = await import('./action.js');
      return doctor(context, flags);
    }),
  );
  examples(command, [
    ['trainctl doctor', 'exits 1 when something needed is missing'],
    ['trainctl doctor --as worker', "with a worker's credentials: whether AWS lets them do what a worker does"],
  ]);
}
