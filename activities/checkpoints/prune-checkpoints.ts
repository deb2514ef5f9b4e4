import type { TrainingActivities } from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';
import { pruneRun } from './prune-run';

/** Removes checkpoints beyond the newest `keep`, which is at least one. Nothing trains any more. */
export function createPruneCheckpoints(deps: ActivityDeps): TrainingActivities['pruneCheckpoints'] {
  return ({ run, keep, lineage }) =>
    withHeartbeat(async ({ signal }) => {
      const { removed } = await pruneRun(deps, run, { keep, lineage }, signal);
      return { removed };
    });
}
