import { hostDir, type TrainingActivities } from '../contract';
import type { ActivityDeps } from './deps';
import { withHeartbeat } from './heartbeat';
import { askAgent } from './on-host';

/** Tells the agent to stop the process; `supervise` sees how it ends. A process that is over already is no error. */
export function createStopTraining(deps: ActivityDeps): TrainingActivities['stopTraining'] {
  return ({ host, mode, graceSeconds }) =>
    withHeartbeat(async (beat) => {
      const dir = hostDir(host.node.runKey, host.node.attempt, host.node.node);
      await askAgent(deps, { host, verb: 'stop', request: { dir, mode, graceSeconds }, beat, what: 'stop failed' });
    });
}
