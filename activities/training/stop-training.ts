import { hostDir, type StopRequest, type TrainingActivities } from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, messageOf, withHeartbeat } from '../step';
import { lastWord } from '../supervise';

/**
 * Tells the agent to stop the process, unless it has said its last word already; `supervise`, or a second call, sees how it
 * ends. A process that is over is no error.
 */
export function createStopTraining(deps: ActivityDeps): TrainingActivities['stopTraining'] {
  return ({ host, mode, graceSeconds, reason }) =>
    withHeartbeat(async (beat) => {
      const said = await lastWord(deps, host.node).catch((error: unknown) => {
        deps.log.warn({ error: messageOf(error) }, 'could not look for the last word of a host that is to stop');
        return undefined;
      });
      if (said) return said;
      const dir = hostDir(host.node.runKey, host.node.attempt, host.node.node);
      const request: StopRequest = { dir, mode, graceSeconds, ...(reason && { reason }) };
      await askAgent(deps, { host, verb: 'stop', request, beat, what: 'stop failed' });
      return undefined;
    });
}
