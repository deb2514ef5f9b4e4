import { type RunSpec, shownId } from '../../../../contract';
import { isTransient, messageOf, type RunHandle, TrainctlError } from '../../..';
import { changeText } from './change-lines';
import { specChanges } from './changes';

/** How many values that differ are said. */
const SAID = 5;

/** The spec of a run, not yet validated. */
export interface SavedSpec {
  spec: RunSpec;
  /** What whoever repeats the run should know of it. */
  note?: string;
}

/**
 * What a run was resolved with: by Temporal's history, else by `spec.json` in S3. Where both are there and differ, somebody has changed the object
 * since: history is believed, and what differs is said.
 */
export async function savedSpec(handle: Pick<RunHandle, 'run' | 'recordedSpec' | 'spec'>): Promise<SavedSpec> {
  const recorded = await handle.recordedSpec();
  if (recorded === undefined) {
    const spec = specIn(await handle.spec(), handle.run);
    return {
      spec,
      note: `Temporal does not show what ${shownId(handle.run)} was resolved with: what is in S3 is taken as it is`,
    };
  }
  const note = await comparison(recorded as RunSpec, handle);
  return { spec: recorded as RunSpec, ...(note === undefined ? {} : { note }) };
}

async function comparison(recorded: RunSpec, handle: Pick<RunHandle, 'run' | 'spec'>): Promise<string | undefined> {
  const ours = 'what Temporal recorded is taken';
  let stored: unknown;
  try {
    stored = await handle.spec();
  } catch (error) {
    if (isTransient(error)) return undefined;
    return `the saved spec of ${shownId(handle.run)} cannot be read (${messageOf(error)}): ${ours}`;
  }
  const spec = (stored as { spec?: unknown } | null)?.spec;
  if (JSON.stringify(spec) === JSON.stringify(recorded)) return undefined;
  return `the saved spec of ${shownId(handle.run)} in S3 is not what the run was resolved with (${differs(recorded, spec)}): somebody has changed it; ${ours}`;
}

function differs(recorded: RunSpec, stored: unknown): string {
  try {
    const changes = specChanges(recorded, stored as RunSpec).map(changeText);
    const more = changes.length > SAID ? ` and ${changes.length - SAID} more` : '';
    if (changes.length > 0) return `${changes.slice(0, SAID).join('; ')}${more}`;
  } catch {
    // Of another shape than any that trainctl writes.
  }
  return 'it is none that trainctl writes';
}

function specIn(stored: unknown, run: string): RunSpec {
  if (typeof stored === 'object' && stored !== null && 'spec' in stored) return stored.spec as RunSpec;
  throw damaged(run);
}

export const damaged = (run: string): TrainctlError =>
  new TrainctlError('damaged', `the saved spec of ${shownId(run)} is not one that trainctl wrote`, {
    next: 'start it from its project again: trainctl run',
  });
