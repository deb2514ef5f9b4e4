import { hostDir, type TrainingActivities } from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, withHeartbeat } from '../step';

/** Asks the agent for a checkpoint now; it is reported by `supervise` once it is whole in S3. */
export function createTakeCheckpoint(deps: ActivityDeps): TrainingActivities['takeCheckpoint'] {
  return ({ host }) =>
    withHeartbeat(async (beat) => {
      const dir = hostDir(host.node.runKey, host.node.attempt, host.node.node);
      await askAgent(deps, {
        host,
        verb: 'checkpoint',
        request: { dir },
        beat,
        what: 'asking for a checkpoint failed',
      });
    });
}
