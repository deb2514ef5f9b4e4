import {
  type AttemptStatus,
  CUT_ENDS_WITHIN,
  type EndedInstance,
  endedPrefix,
  type RunSpec,
  type RunStatus,
  readEndedInstance,
  type Settings,
  SPEC_BYTES,
  type StillCosts,
  specKey,
} from '../../contract';
import { getJson, listKeys, type ObjectReader } from '../objects';
import { countLeftovers, type Leftovers } from './leftovers';

/** What is known of a run after Temporal has ended it. */
export interface AfterCut {
  /** Of instances that the reconciler has ended. */
  ended: EndedInstance[];
  /** What EC2 shows alive; an error: it did not say. */
  left: Leftovers | Error;
  /** Of the run's spec. */
  lease?: { leaseSeconds: number; graceSeconds: number };
}

/** Each attempt has one instance, so there are few; the newest are what counts. */
const MOST = 100;

/** Of a note; more than any worker writes. */
const NOTE_BYTES = 16 * 1024;

/** What a host waits beyond its lease and its grace before it powers itself off. Seconds. */
const LAST_MINUTE = 60;

/** The worker that supervises renews the lease until it hears that the run is gone. Seconds. */
const HEARS_WITHIN = 60;

/** EC2 bills a minute at least. Milliseconds. */
const LEAST_MS = 60_000;

/** What is asked. */
interface Sources {
  objects: ObjectReader;
  settings: Pick<Settings, 'prefix'>;
  leftovers(runKey: string): Promise<Leftovers>;
  now(): Date;
}

/** Of a run that Temporal has ended: its status with what its instances cost after that. */
export async function afterCut(
  status: RunStatus,
  { objects, settings, leftovers, now }: Sources,
  runKey: string,
  read: <T>(reading: () => Promise<T>) => Promise<T | undefined>,
): Promise<RunStatus> {
  const [ended, stored, left] = await Promise.all([
    read(() => readEnded(objects, settings.prefix, runKey)),
    read(() => getJson(objects, specKey(settings.prefix, runKey), SPEC_BYTES)),
    leftovers(runKey).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
  ]);
  const lease = leaseOf(stored);
  return withRealEnds(status, { ended: ended ?? [], left, ...(lease && { lease }) }, now());
}

function leaseOf(stored: unknown): AfterCut['lease'] {
  const spec = (stored as { spec?: RunSpec } | undefined)?.spec;
  const leaseSeconds = seconds(spec?.limits?.leaseSeconds);
  const graceSeconds = seconds(spec?.checkpoints?.graceSeconds);
  if (leaseSeconds === undefined || graceSeconds === undefined) return undefined;
  return { leaseSeconds, graceSeconds };
}

/** A lease is a day at the most. */
const seconds = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 86_400 ? value : undefined;

/** The notes of the reconciler. */
async function readEnded(objects: ObjectReader, prefix: string, runKey: string): Promise<EndedInstance[]> {
  const keys = (await listKeys(objects, endedPrefix(prefix, runKey))).slice(-MOST);
  const notes = await Promise.all(keys.map((key) => getJson(objects, key, NOTE_BYTES)));
  return notes.flatMap((note) => readEndedInstance(note) ?? []);
}

/**
 * The status of a run that Temporal has ended at `status.endedAt`, with what its instances really cost: until they were seen gone, until
 * now if EC2 shows them alive; where neither is known, until the end of the run at least, which is said.
 */
export function withRealEnds(status: RunStatus, { ended, left, lease }: AfterCut, now: Date): RunStatus {
  const alive = new Set(left instanceof Error ? [] : left.instances);
  const cutAt = status.endedAt ?? status.startedAt;
  const attempts = status.attempts.map((attempt) => {
    const gone = ended.find(({ instance }) => instance === attempt.instanceId);
    const terminatedAt = attempt.terminatedAt ?? gone?.at;
    const until = terminatedAt ?? (alive.has(attempt.instanceId ?? '') ? now.toISOString() : cutAt);
    const costUsd = Math.max(attempt.costUsd, costUntil(attempt, until));
    return { ...attempt, costUsd, ...(terminatedAt === undefined ? {} : { terminatedAt }) };
  });
  const costUsd = status.costUsd + sumOf(attempts) - sumOf(status.attempts);
  const { stillCosts: _before, leastUsd: _least, ...rest } = status;
  const least = isLeast(status, attempts, alive) ? { leastUsd: true as const } : {};
  const told = { ...rest, attempts, costUsd, ...least };
  if (!(left instanceof Error) && countLeftovers(left) === 0) return told;
  return { ...told, stillCosts: stillCosts(attempts, left, cutAt, lease) };
}

/** The oldest attempts of a long run are not told, and are paid for. */
const sumOf = (attempts: readonly AttemptStatus[]): number => attempts.reduce((sum, { costUsd }) => sum + costUsd, 0);

/** Whether something may have cost more than is known. */
function isLeast(
  { attemptCount, retiredAttempts = [] }: RunStatus,
  attempts: readonly AttemptStatus[],
  alive: ReadonlySet<string>,
): boolean {
  // Nobody answers for the run: what it launched is not known.
  if (attempts.length === 0) return attemptCount > 0;
  const own = new Set(attempts.map(({ instanceId }) => instanceId));
  return (
    [...alive].some((id) => !own.has(id)) ||
    attempts.some((attempt) => !retiredAttempts.includes(attempt.number) && isOpen(attempt, alive))
  );
}

/** Nobody has seen its end, or whether its last launch had taken effect. */
function isOpen({ instanceId, terminatedAt, tries }: AttemptStatus, alive: ReadonlySet<string>): boolean {
  if (terminatedAt !== undefined) return false;
  if (instanceId !== undefined) return !alive.has(instanceId);
  const last = tries.at(-1);
  return last !== undefined && last.code === undefined;
}

function costUntil({ placement, launchedAt, terminatedAt, costUsd }: AttemptStatus, until: string): number {
  if (!placement || !launchedAt || terminatedAt !== undefined) return costUsd;
  const ms = Math.max(LEAST_MS, Date.parse(until) - Date.parse(launchedAt));
  return (ms / 3_600_000) * placement.hourlyUsd;
}

function stillCosts(
  attempts: AttemptStatus[],
  left: Leftovers | Error,
  cutAt: string,
  lease: AfterCut['lease'],
): StillCosts {
  const after = (seconds: number): string => new Date(Date.parse(cutAt) + seconds * 1000).toISOString();
  const leaseEnds = lease && HEARS_WITHIN + lease.leaseSeconds + lease.graceSeconds + LAST_MINUTE;
  const when = {
    endsBy: after(CUT_ENDS_WITHIN),
    ...(leaseEnds === undefined ? {} : { leaseEndsBy: after(leaseEnds) }),
  };
  if (left instanceof Error) return { ids: [], ...when, unknown: `EC2 does not say (${left.message})` };
  const prices = attempts.flatMap(({ instanceId, placement }) =>
    placement && left.instances.includes(instanceId ?? '') ? [placement.hourlyUsd] : [],
  );
  return {
    ids: [...left.instances, ...left.volumes, ...left.spotRequests],
    ...(prices.length > 0 ? { hourlyUsd: prices.reduce((sum, price) => sum + price, 0) } : {}),
    ...when,
  };
}
