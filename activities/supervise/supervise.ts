import { Context } from '@temporalio/activity';
import type { TrainingActivities } from '../../contract';
import type { ActivityDeps, SpecStore } from '../step';
import { Supervision } from './supervision';

/**
 * Stays with one node until its attempt is over: keeps the lease alive, passes on what happens, survives lost connections.
 * Another worker can take over at any moment: what it needs is in the heartbeat, on the host and in S3.
 */
export function createSupervise(deps: ActivityDeps, specs: SpecStore): TrainingActivities['supervise'] {
  return async (args) => {
    const context = Context.current();
    const { spec } = await specs.read(args.host.node, context.cancellationSignal);
    const supervision = new Supervision(deps, args, spec, context);
    try {
      return await supervision.run();
    } finally {
      await supervision.close();
    }
  };
}
