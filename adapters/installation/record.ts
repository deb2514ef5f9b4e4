import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import {
  GRPC,
  INSTALLATION_MEMO,
  INSTALLATION_PARTS,
  RECONCILE_SCHEDULE,
  type RecordedInstallation,
  reconcileSchedule,
} from '../../contract';

/** A scheduler takes a change within milliseconds. */
const TAKEN_MS = 3_000;
const EVERY_MS = 50;
const TRIES = 5;

/** What is recorded of an installation is not what a worker writes: somebody has changed it. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';

  constructor(readonly scheduleId: string) {
    super(
      `the memo ${INSTALLATION_MEMO} of what the Schedule ${scheduleId} starts cannot be read: somebody has changed it`,
    );
  }
}

/**
 * What Temporal has recorded of the installation of this name; undefined: nothing yet.
 * @throws UnreadableRecord; whatever the server says when it may not be asked
 */
export async function readInstallation(client: Client, name: string): Promise<RecordedInstallation | undefined> {
  return recordedOf(await lookAt(client, reconcileSchedule(name)));
}

/** Every installation of the namespace. What was recorded in the last second may be missing. */
export async function listInstallations(client: Client): Promise<RecordedInstallation[]> {
  const found: RecordedInstallation[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    if (scheduleId !== RECONCILE_SCHEDULE && !scheduleId.startsWith(`${RECONCILE_SCHEDULE}:`)) continue;
    const seen = await lookAt(client, scheduleId);
    if (seen?.recorded) found.push(seen.recorded);
  }
  return found;
}

/**
 * Changes what is recorded, and nothing else of the Schedule. Of two who do so at once one wins; the answer is what is recorded
 * afterwards. `change` may answer undefined: nothing is to be changed.
 * @param unreadable what becomes of a record that cannot be read; without it, UnreadableRecord is thrown
 */
export async function changeInstallation(
  client: Client,
  name: string,
  change: (recorded: RecordedInstallation | undefined) => RecordedInstallation | undefined,
  unreadable?: 'replace',
): Promise<RecordedInstallation | undefined> {
  const scheduleId = reconcileSchedule(name);
  const { namespace } = client.options;
  for (let tries = 1; ; tries += 1) {
    const seen = await lookAt(client, scheduleId);
    const wanted = change(unreadable ? seen?.recorded : recordedOf(seen));
    const before = JSON.stringify(seen?.recorded);
    if (!seen || wanted === undefined || JSON.stringify(wanted) === before) return seen?.recorded;
    const { schedule, conflictToken } = seen.raw;
    const started = schedule?.action?.startWorkflow;
    if (!started) return undefined;
    started.memo = { fields: { ...started.memo?.fields, [INSTALLATION_MEMO]: toPayload(wanted) } };
    // Dropped without a word when somebody else was faster: the token is old then.
    await client.workflowService.updateSchedule({
      namespace,
      scheduleId,
      schedule,
      conflictToken,
      identity: client.options.identity,
      requestId: crypto.randomUUID(),
    });
    for (const until = Date.now() + TAKEN_MS; Date.now() < until; await sleep(EVERY_MS)) {
      const now = (await lookAt(client, scheduleId))?.recorded;
      if (JSON.stringify(now) !== before) return now;
    }
    if (tries === TRIES) throw new Error(`the Schedule ${scheduleId} takes no change`);
  }
}

/** As the memo of a workflow that a Schedule starts holds it. */
export const installationMemo = (recorded: RecordedInstallation): Record<string, unknown> => ({
  [INSTALLATION_MEMO]: recorded,
});

async function lookAt(client: Client, scheduleId: string) {
  try {
    const raw = await client.workflowService.describeSchedule({ namespace: client.options.namespace, scheduleId });
    const payload = raw.schedule?.action?.startWorkflow?.memo?.fields?.[INSTALLATION_MEMO];
    return { raw, scheduleId, recorded: payload && fromPayload(payload), isThere: Boolean(payload) };
  } catch (error) {
    if ((error as { code?: unknown }).code === GRPC.notFound) return undefined;
    throw error;
  }
}

/** A Schedule of a release that recorded nothing has none. */
function recordedOf(seen: Awaited<ReturnType<typeof lookAt>>): RecordedInstallation | undefined {
  if (seen?.isThere && !seen.recorded) throw new UnreadableRecord(seen.scheduleId);
  return seen?.recorded ?? undefined;
}

const toPayload = (value: unknown) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});

/** Undefined for what no worker has written. */
function fromPayload(payload: { data?: Uint8Array | null }): RecordedInstallation | undefined {
  if (!payload.data) return undefined;
  try {
    const value = JSON.parse(Buffer.from(payload.data).toString('utf8')) as Record<string, unknown> | null;
    const whole = INSTALLATION_PARTS.every((part) => part === 'account' || typeof value?.[part] === 'string');
    return whole ? (value as unknown as RecordedInstallation) : undefined;
  } catch {
    return undefined;
  }
}
