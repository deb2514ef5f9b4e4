import type { TrainingActivities } from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';
import { pruneRun } from './prune-run';

/** Removes checkpoints beyond the newest `keep`, which is at least one. */
export function createPruneCheckpoints(deps: ActivityDeps): TrainingActivities['pruneCheckpoints'] {
  return ({ run, keep }) => withHeartbeat(({ signal }) => pruneRun(deps, run, keep, signal));
}
