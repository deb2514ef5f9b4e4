import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunHandle, TrainctlClient } from '../../client';
import type { Live, RunResult, RunStatus } from '../../contract';
import { brokenPromises, type Counting, type CountingSpec, startCounting } from './counting-run';
import { gate } from './gate';

export { type Counting, logOf } from './counting-run';

const audits: string[] = [];
afterAll(() => {
  for (const audit of audits) rmSync(audit, { force: true });
});

/** Starts a counting run; the file in which it notes when it ran goes with the test file. */
export async function count(client: TrainctlClient, name: string, more: CountingSpec = {}): Promise<Counting> {
  const run = await startCounting(client, name, more);
  audits.push(run.audit);
  return run;
}

/** The run as another client, or after a reset, finds it. */
export async function foundAgain(client: TrainctlClient, { run, audit, steps }: Counting): Promise<Counting> {
  return Object.assign(await client.get(run), { audit, steps });
}

/**
 * For `vars` of a counting run: its first attempt stays at this step until the test opens it. Whatever a test does to that attempt, it
 * has not finished before, however slow the test or fast the machine.
 */
export function staysAt(step: number): { vars: Record<string, string>; open(): void } {
  const { waits, open } = gate();
  return { vars: { AT_STEP: String(step), DO: waits }, open };
}

/** Waits for what the run's status says, by asking it. A run that ends before is an error. */
export async function statusWhere(run: RunHandle, what: (status: RunStatus) => boolean): Promise<RunStatus> {
  for (;;) {
    const status = await run.status().catch(() => undefined);
    if (status && what(status)) return status;
    if (status?.outcome) throw new Error(`${run.run} ended ${status.outcome} before: ${status.reason}`);
    await sleep(400);
  }
}

/** Waits for what `live.json` of an attempt says. A run that ends before is an error. */
async function liveWhere(run: RunHandle, attempt: number, what: (live: Live) => boolean): Promise<void> {
  for (;;) {
    const live = await run.live(attempt).catch(() => undefined);
    if (live && what(live)) return;
    const status = await run.status().catch(() => undefined);
    if (status?.outcome) throw new Error(`${run.run} ended ${status.outcome} before: ${status.reason}`);
    await sleep(400);
  }
}

/** Waits until the host itself says that the command runs: the run's phase begins before it has been started. */
export const trains = (run: RunHandle, attempt = 1): Promise<void> =>
  liveWhere(run, attempt, ({ phase }) => phase === 'training');

/** The instance of an attempt, once its training has a checkpoint in S3. */
export async function withCheckpoint(run: RunHandle, attempt = 1): Promise<string> {
  await liveWhere(run, attempt, ({ checkpoint }) => checkpoint !== undefined);
  return instanceOf(run, attempt);
}

export async function instanceOf(run: RunHandle, attempt = 1): Promise<string> {
  const status = await statusWhere(run, (s) => s.attempts[attempt - 1]?.instanceId !== undefined);
  return status.attempts[attempt - 1]?.instanceId ?? '';
}

/** The end of a counting run, and that it kept its promises. */
export async function keptItsPromises(run: Counting): Promise<{ result: RunResult; status: RunStatus }> {
  const result = await run.result();
  const status = await run.status();
  expect(await brokenPromises(run, result, status)).toEqual([]);
  return { result, status };
}
