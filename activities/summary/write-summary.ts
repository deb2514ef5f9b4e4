import { Context } from '@temporalio/activity';
import { type Summary, summaryKey, type TrainingActivities } from '../../contract';
import type { ActivityDeps } from '../step';

/** Writes `summary.json`, the run's last word for whoever has no Temporal server at hand. */
export function createWriteSummary(deps: ActivityDeps): TrainingActivities['writeSummary'] {
  return async ({ run, status, result }) => {
    const summary: Summary = { run: run.workflowId, runKey: run.runKey, status, result };
    await deps.store.put(summaryKey(deps.settings.prefix, run.runKey), `${JSON.stringify(summary, null, 2)}\n`, {
      contentType: 'application/json',
      signal: Context.current().cancellationSignal,
    });
  };
}
