import {
  idPart,
  idsMeant,
  PAST_BYTES,
  type PastKey,
  pastPrefix,
  type RunListEntry,
  readPastEntry,
  readPastKey,
} from '../../../contract';
import { TrainctlError } from '../../errors';
import { getJson, type ObjectReader } from '../../objects';
import { isName, pickRun, type RunAddress } from '../resolve-run';
import { SilentError } from '../store-look';
import type { ListOptions } from './list-runs';

/** How many of the newest are looked at for those that fit, and how many ids are looked through for one: 1000 to a request. */
const LOOKED_AT = 500;
const IDS = 50_000;
/** Requests at once. */
const AT_ONCE = 16;
/** Keys that Temporal is asked about in one question. */
const ASKED_AT_ONCE = 100;

/** Which runs are wanted of those that Temporal has forgotten. */
export interface PastOptions extends Pick<ListOptions, 'project' | 'name' | 'schedule' | 'outcomes'> {
  limit: number;
  /** Run keys of those that are known already. */
  known: ReadonlySet<string>;
}

export interface PastRuns {
  runs: RunListEntry[];
  /** How many of the newest were looked at when time or count was up, so that older ones may be missing. Undefined: none is. */
  looked?: number;
}

/** The run keys of these that Temporal still knows, whatever has become of the runs. */
export type Knows = (ended: readonly PastKey[]) => Promise<ReadonlySet<string>>;

const knowsNone: Knows = async () => new Set();

/** A list is worth more now than complete. Milliseconds. */
const PATIENCE = 3_000;

/**
 * Runs that have ended and are in S3, newest end first, without those that are known already. Reads a list of keys and an object for
 * each run that it looks at: the newest 500 at most, and for no longer than 3 s; what it has found by then is the answer.
 *
 * @param knows asked of 100 keys at a time, before their objects are read: where `known` has only those that fit, the runs that
 * Temporal knows and that do not fit would else be all that is looked at
 * @throws SilentError when nothing was heard within 3 s; what S3 and `knows` throw as it comes
 */
export async function pastRuns(
  objects: ObjectReader,
  prefix: string,
  options: PastOptions,
  knows: Knows = knowsNone,
): Promise<PastRuns> {
  const look: Look = { found: [], looked: 0, answered: false, whole: true, over: false };
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    clock = setTimeout(resolve, PATIENCE, 'late');
  });
  try {
    const ended = await Promise.race([looked(objects, prefix, options, knows, look), late]);
    if (ended === 'late' && !look.answered) throw new SilentError(`no answer within ${PATIENCE / 1000} s`);
    const runs = look.found.slice(0, options.limit);
    const missing = ended === 'late' || !look.whole;
    return { runs, ...(missing && runs.length < options.limit ? { looked: look.looked } : {}) };
  } finally {
    look.over = true;
    clearTimeout(clock);
  }
}

/** What a look has come to, for whoever does not wait for its end. */
interface Look {
  found: RunListEntry[];
  looked: number;
  /** Something was heard of a run. */
  answered: boolean;
  /** All were looked at, or as many found as are wanted. */
  whole: boolean;
  /** Nobody waits for it any more. */
  over: boolean;
}

async function looked(
  objects: ObjectReader,
  prefix: string,
  { limit, known, ...wanted }: PastOptions,
  knows: Knows,
  look: Look,
): Promise<void> {
  const seen = new Set(known);
  const full = (): boolean => look.over || !look.whole || look.found.length >= limit;
  const lookAt = async (keys: readonly PastKey[]): Promise<void> => {
    const remembered = await knows(keys);
    look.answered ||= remembered.size > 0;
    const forgotten = keys.filter(({ runKey }) => !remembered.has(runKey));
    for (let next = 0; next < forgotten.length && !full(); ) {
      const batch = forgotten.slice(next, next + Math.min(AT_ONCE, LOOKED_AT - look.looked));
      if (batch.length === 0) look.whole = false;
      const entries = await Promise.all(batch.map((one) => readEntry(objects, one)));
      if (look.over) return;
      look.found.push(...entries.filter((entry) => entry !== undefined).filter((entry) => fits(entry, wanted)));
      look.looked += batch.length;
      look.answered = true;
      next += batch.length;
    }
  };
  let keys: PastKey[] = [];
  for await (const { key } of objects.list(pastPrefix(prefix))) {
    if (full()) return;
    const one = readPastKey(prefix, key);
    // One that was reset after its end has ended twice: the newest end counts.
    if (!one || seen.has(one.runKey)) continue;
    seen.add(one.runKey);
    keys.push(one);
    if (keys.length < ASKED_AT_ONCE) continue;
    await lookAt(keys);
    keys = [];
  }
  if (keys.length > 0 && !full()) await lookAt(keys);
}

/**
 * Finds a run that Temporal has forgotten: by its id, a prefix of it, or its name (the newest). Names are in no key: one that no id
 * begins with is looked for in the newest 500, for 3 s at most.
 */
export async function findPast(
  objects: ObjectReader,
  prefix: string,
  asked: string,
  knows?: Knows,
): Promise<RunAddress> {
  const beginnings = idsMeant(asked).map(idPart);
  const fitting = new Map<string, PastKey>();
  let seen = 0;
  for await (const { key } of objects.list(pastPrefix(prefix))) {
    const one = readPastKey(prefix, key);
    if (one && !fitting.has(one.id) && beginnings.some((part) => one.id.startsWith(part))) fitting.set(one.id, one);
    seen += 1;
    if (seen >= IDS) break;
  }
  if (fitting.size === 0 && isName(asked)) {
    const { runs, looked } = await pastRuns(objects, prefix, { name: asked, limit: 1, known: new Set() }, knows);
    const [newest] = runs;
    if (newest) return { workflowId: newest.run, runId: '', runKey: newest.runKey, past: true };
    if (looked !== undefined)
      throw new TrainctlError(
        'not-found',
        `no run "${asked}": of what Temporal has forgotten, the names of the newest ${looked} were looked at`,
        { next: 'an older one is found by its id' },
      );
  }
  const candidates = new Map([...fitting.values()].map((one) => [plainId(one.id), one]));
  const exact = beginnings.map((part) => fitting.get(part)).find((one) => one !== undefined);
  const id = exact
    ? plainId(exact.id)
    : pickRun(
        asked,
        [...candidates].map(([candidate, { endedAt }]) => ({ id: candidate, startedAt: endedAt })),
      );
  const chosen = candidates.get(id);
  const entry = chosen && (await readEntry(objects, chosen));
  return { workflowId: entry?.run ?? id, runId: '', runKey: chosen?.runKey ?? '', past: true };
}

async function readEntry(objects: ObjectReader, { key, runKey }: PastKey): Promise<RunListEntry | undefined> {
  const entry = readPastEntry(await getJson(objects, key, PAST_BYTES));
  return entry?.runKey === runKey ? entry : undefined;
}

const fits = (
  entry: RunListEntry,
  { project, name, schedule, outcomes }: Omit<PastOptions, 'limit' | 'known'>,
): boolean =>
  (project === undefined || entry.project === project) &&
  (name === undefined || entry.name === name) &&
  (schedule === undefined || entry.schedule === schedule) &&
  (outcomes === undefined || outcomes.some((outcome) => outcome === entry.outcome));

/** A cut one may end in half a character. */
function plainId(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
