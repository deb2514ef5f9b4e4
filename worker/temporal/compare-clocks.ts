import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import type { ActivityDeps } from '../../activities';
import { WorkerStartError } from '../errors';
import type { Clock } from './clock';
import { temporalTime } from './time';

/** Temporal is asked as often; EC2 tells its time with each of its answers. Milliseconds. */
export const COMPARE_MS = 300_000;

/** For EC2 to answer before the first task is taken. Milliseconds. */
const EC2_MS = 5_000;

/**
 * Asks those whose time is known for it. One that does not answer is no reason to take no tasks.
 * @throws WorkerStartError, with `deps`, when this machine's clock is wrong
 */
export async function compareClocks(
  clock: Clock,
  connection: NativeConnection,
  namespace: string,
  deps?: Pick<ActivityDeps, 'ec2'>,
): Promise<void> {
  const asked = deps?.ec2.describeInstances({ ids: [NO_INSTANCE] }, { signal: AbortSignal.timeout(EC2_MS) });
  // Whoever looks for credentials heeds no signal.
  const patience = sleep(EC2_MS, undefined, { ref: false });
  const [answer] = await Promise.all([
    temporalTime(connection, namespace),
    asked && Promise.race([asked.catch(() => undefined), patience]),
  ]);
  if (answer) clock.heard('Temporal', answer);
  if (deps && clock.fault !== undefined) throw new WorkerStartError(clock.fault);
}

/** Whatever EC2 says of it, it says when. */
const NO_INSTANCE = 'i-00000000000000000';
