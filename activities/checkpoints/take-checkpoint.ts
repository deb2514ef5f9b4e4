import { type CheckpointRequest, hostDir, type TrainingActivities } from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, withHeartbeat } from '../step';

/** How long the agent may take: for a program to save on a signal, for what is being written, and for the upload. */
const WAIT_SECONDS = 150;

/** Asks the agent for a checkpoint now and waits for what comes of it, which `supervise` reports as well. */
export function createTakeCheckpoint(deps: ActivityDeps): TrainingActivities['takeCheckpoint'] {
  return ({ host }) =>
    withHeartbeat(async (beat) => {
      const { runKey, attempt, node } = host.node;
      const request: CheckpointRequest = { dir: hostDir(runKey, attempt, node), waitSeconds: WAIT_SECONDS };
      const what = 'asking for a checkpoint failed';
      const { checkpoint, reason } = await askAgent(deps, {
        host,
        verb: 'checkpoint',
        request,
        beat,
        what,
      });
      if (!checkpoint) return { reason: reason ?? 'the agent did not say why there is none' };
      const { seconds, why, ...ref } = checkpoint;
      return { checkpoint: { ...ref, attempt }, ...(reason === null ? {} : { reason: reason.slice(0, 500) }) };
    });
}
