import { CHOSEN_ID_RULE, isChosenId, nearest, RECONCILE_SCHEDULE, type SpecFault } from '../../contract';
import { type DurationInput, formatDuration, parseDuration } from '../../contract/schema';
import { messageOf, TrainctlError } from '../errors';
import { cronFault, cronWarning } from './cron';
import { isOverlap, OVERLAP_WARNINGS, OVERLAPS, type Overlap } from './overlap';

/** When a Schedule begins a run, and what it does otherwise. */
export interface ScheduleTimes {
  /** Five fields (minute hour day-of-month month day-of-week), or `@daily` and the like; several are joined. */
  cron?: string | string[];
  /** Between two runs, counted from 1970, in whole seconds. One of the two has to be said; both are joined. */
  every?: DurationInput;
  /** IANA name in which cron is meant. Default: UTC. */
  timezone?: string;
  /** When a time comes while a run is open. Default: skip. */
  overlap?: Overlap;
  /** How late a time that was missed (Temporal was away) is made up for. Default 1 h, at least 10 s. */
  catchUp?: DurationInput;
  /** Each time is put off by a random part of this. Default: none. */
  jitter?: DurationInput;
  /** Pauses the Schedule when a run of it ends as `failed`, `invalid` or otherwise not well. Default: no. */
  pauseOnFailure?: boolean;
  /** Made paused: it starts nothing until it is resumed. Default: no. */
  paused?: boolean;
  /** For people; shown with it. */
  note?: string;
}

export interface CheckedSchedule {
  cron: string[];
  /** Seconds. */
  every?: number;
  timezone: string;
  overlap: Overlap;
  /** Seconds. */
  catchUp: number;
  /** Seconds. */
  jitter: number;
  pauseOnFailure: boolean;
  note: string;
}

const CATCH_UP = 3600;
/** The least that Temporal obeys. */
const LEAST_CATCH_UP = 10;
const YEAR = 365 * 86_400;

/** Reads what a Schedule was told. Every fault is in the answer, by the names of {@link ScheduleTimes}. */
export function checkSchedule(
  name: string,
  times: ScheduleTimes,
): { checked: CheckedSchedule; faults: SpecFault[]; warnings: string[] } {
  const faults: SpecFault[] = [];
  const fault = (path: string, message: string | undefined): void => {
    if (message !== undefined) faults.push({ path, message });
  };
  fault('name', nameFault(name));
  const cron = [times.cron ?? []].flat();
  for (const [i, text] of cron.entries()) fault(cron.length > 1 ? `cron[${i}]` : 'cron', cronFault(text));
  if (cron.length === 0 && times.every === undefined)
    fault('', 'no time is given: say cron ("0 3 * * *"), every (6h), or both');
  const duration = (path: 'every' | 'catchUp' | 'jitter', least: number): number | undefined => {
    const value = times[path];
    if (value === undefined) return undefined;
    const seconds = secondsOf(value);
    if (typeof seconds === 'string') fault(path, seconds);
    else if (seconds < least) fault(path, `"${value}" is too short: at least ${least} s`);
    else if (!Number.isInteger(seconds)) fault(path, `"${value}": whole seconds only`);
    else if (seconds > YEAR) fault(path, `"${value}" is too long: at most ${formatDuration(YEAR)}`);
    else return seconds;
    return undefined;
  };
  const every = duration('every', 1);
  const catchUp = duration('catchUp', LEAST_CATCH_UP) ?? CATCH_UP;
  const jitter = duration('jitter', 0) ?? 0;
  const timezone = times.timezone ?? 'UTC';
  fault('timezone', timezoneFault(timezone));
  const overlap = times.overlap ?? 'skip';
  if (!isOverlap(overlap)) fault('overlap', `"${overlap}" is none: one of ${Object.keys(OVERLAPS).join(', ')}`);
  const note = times.note ?? '';
  if (note.length > 1000) fault('note', 'is longer than 1000 characters');
  const warnings = [...cron.map(cronWarning), OVERLAP_WARNINGS[overlap]].filter((text) => text !== undefined);
  const { pauseOnFailure = false } = times;
  return {
    checked: {
      cron: cron.map((text) => text.trim()),
      ...(every === undefined ? {} : { every }),
      timezone,
      overlap,
      catchUp,
      jitter,
      pauseOnFailure,
      note,
    },
    faults,
    warnings,
  };
}

/** One error for what is wrong with a Schedule and with its spec; undefined when nothing is. */
export function scheduleFault(faults: readonly SpecFault[], ofSpec?: TrainctlError): TrainctlError | undefined {
  if (faults.length === 0) return ofSpec;
  const lines = faults.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`);
  const head = `the schedule has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`;
  const all = [head, ...lines, ...(ofSpec ? [ofSpec.message] : [])].join('\n');
  return new TrainctlError(ofSpec?.code ?? 'usage', all, {
    next: ofSpec?.next ?? 'trainctl schedule create --help',
    faults: [...faults, ...(ofSpec ? (ofSpec.faults ?? [{ path: '', message: ofSpec.message }]) : [])],
  });
}

function nameFault(name: string): string | undefined {
  if (name === RECONCILE_SCHEDULE) return `"${name}" is the reconciler's own`;
  return isChosenId(name) ? undefined : `${JSON.stringify(name)} is not ${CHOSEN_ID_RULE}`;
}

function secondsOf(value: DurationInput): number | string {
  try {
    return parseDuration(value);
  } catch (error) {
    return messageOf(error);
  }
}

/** Names are compared by their letters: Temporal's server looks for a file of that name. */
function timezoneFault(name: string): string | undefined {
  const known = Intl.supportedValuesOf('timeZone');
  if (name === 'UTC' || known.includes(name)) return undefined;
  const same = known.find((one) => one.toLowerCase() === name.toLowerCase());
  const near = same ?? nearest(name, ['UTC', ...known]);
  // Older names of a zone are in no list, and are right all the same: `Asia/Calcutta`, `US/Pacific`.
  if (same === undefined && /^[A-Z][A-Za-z]+(\/[A-Z][A-Za-z_]*)+$/.test(name) && isZone(name)) return undefined;
  return `"${name}" is no time zone such as Europe/Berlin or UTC${near ? ` (did you mean ${near}?)` : ''}`;
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
