import { OUTCOMES } from '../run/outcomes';
import { placementLabel } from '../run/placement';
import { PHASES, type RunListEntry, type RunStatus } from '../run/status';
import {
  type Fields,
  finite,
  flag,
  integer,
  needed,
  oneOf,
  orElse,
  orNull,
  perhaps,
  readFields,
  text,
  wholeText,
  yes,
} from './reader';

/** What the list shows of a run, as it is left in S3 when the run ends. */
export function pastEntry(status: RunStatus): RunListEntry {
  const { run, runKey, name, project, phase, outcome, attemptCount, finalStep, costUsd, startedAt, endedAt } = status;
  const placement = status.attempts.at(-1)?.placement;
  return {
    run,
    runKey,
    name,
    project,
    phase,
    outcome: outcome ?? null,
    attemptCount,
    placement: placement ? placementLabel(placement) : null,
    step: finalStep ?? null,
    costUsd,
    startedAt,
    endedAt: endedAt ?? null,
    cleanupPending: status.cleanupPending !== undefined,
  };
}

/** Of what is read of such an object. */
export const PAST_BYTES = 16 * 1024;

const time = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 40 && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** One that Temporal itself has ended leaves none. */
const FIELDS: Fields<Omit<RunListEntry, 'cut' | 'stillCosts'>> = {
  run: needed(wholeText(1000)),
  runKey: needed(wholeText(64)),
  name: needed(text(200)),
  project: orElse(text(400), ''),
  phase: orElse(oneOf(...PHASES), 'ended'),
  outcome: orElse(orNull(oneOf(...OUTCOMES)), null),
  attemptCount: orElse(integer(), 0),
  placement: orElse(orNull(text(200)), null),
  step: orElse(orNull(integer()), null),
  costUsd: orElse(orNull(finite), null),
  startedAt: needed(time),
  endedAt: needed(time),
  cleanupPending: orElse(flag, false),
  schedule: perhaps(text(1000)),
  forgotten: perhaps(yes),
  leastUsd: perhaps(yes),
};

/** Undefined: it is none. Objects in a bucket may be anybody's. */
export const readPastEntry = (value: unknown): RunListEntry | undefined => {
  const entry = readFields(FIELDS, value);
  return entry && { ...entry, phase: 'ended', forgotten: true };
};
