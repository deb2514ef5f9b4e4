import { Context } from '@temporalio/activity';
import { pastEntry, pastKey, type Summary, summaryKey, type TrainingActivities } from '../../contract';
import { type ActivityDeps, withSigns } from '../step';

/**
 * Writes `summary.json`, the run's last word for whoever has no Temporal server at hand, and after it the small object by which the run
 * is found once Temporal has forgotten it.
 */
export function createWriteSummary(deps: ActivityDeps): TrainingActivities['writeSummary'] {
  return ({ run, status, result }) =>
    withSigns(async () => {
      const summary: Summary = { run: run.workflowId, runKey: run.runKey, status, result };
      const { prefix } = deps.settings;
      const options = { contentType: 'application/json', signal: Context.current().cancellationSignal };
      await deps.store.put(summaryKey(prefix, run.runKey), `${JSON.stringify(summary, null, 2)}\n`, options);
      const endedAt = Date.parse(status.endedAt ?? status.startedAt);
      const entry = { ...pastEntry(status), run: run.workflowId, runKey: run.runKey };
      await deps.store.put(pastKey(prefix, endedAt, run.runKey, run.workflowId), JSON.stringify(entry), options);
    });
}
