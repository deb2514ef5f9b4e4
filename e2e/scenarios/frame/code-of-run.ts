import { codeOf, type RunHandle, runInput } from '../../../client';
import { snapshotKey, snapshotTimesKey } from '../../../contract';
import type { UndoContext } from '../scenario';

/** A file that makes the code of a scenario its own: nobody else's run has the same, so that the undo may remove it from S3. */
export const MARK = 'trainctl-e2e.txt';

export const markOf = (tag: string, name: string, project: number): string =>
  `code of the end-to-end suite ${tag}, scenario ${name}, project ${project}: it is removed when the scenario is over\n`;

/** The keys of the code that was sent for a run: as the workflow's input says, also of one that was never resolved. */
export async function codeKeysOf(
  run: RunHandle,
  { temporal, settings }: Pick<UndoContext, 'temporal' | 'settings'>,
): Promise<string[]> {
  const code = codeOf(await runInput(temporal, { workflowId: run.run, runId: run.address.runId }));
  if (!('snapshot' in code)) return [];
  const times = code.times === undefined ? [] : [snapshotTimesKey(settings.prefix, code.times)];
  return [snapshotKey(settings.prefix, code.snapshot), ...times];
}
