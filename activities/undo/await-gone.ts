import type { TrainingActivities } from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';

/** Watches until EC2 shows the instance shutting down, terminated, or knows it no more. */
export function createAwaitGone(deps: ActivityDeps): TrainingActivities['awaitGone'] {
  return ({ instanceId, region }) =>
    withHeartbeat(async ({ signal }) => {
      await deps.watchers.in(region).waitGone(instanceId, signal);
      return { at: new Date().toISOString() };
    });
}
