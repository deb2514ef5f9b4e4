import { type HostSession, renewLease } from '../../adapters/ssh';
import type { HostLease } from '../../contract';
import { type Log, messageOf } from '../step';
import { HostDeadline } from './deadline';

/** The longest wait between two renewals: `extend` and lost renewals are made good within it. Milliseconds. */
const LONGEST_MS = 60_000;

/** Milliseconds between renewals: a quarter of the lease, so that three may be lost. */
export function renewalMs(leaseSeconds: number): number {
  return Math.max(250, Math.min(LONGEST_MS, (leaseSeconds * 1000) / 4));
}

/** The lease to ask for now, seconds: never past the host's own last moment. The host counts them by its own clock. */
export function leaseLeft(nowMs: number, leaseSeconds: number, hostDeadline: number): number {
  return Math.max(0, Math.min(leaseSeconds, Math.floor(hostDeadline - nowMs / 1000)));
}

/**
 * Renews a host's lease at once and then at intervals while `work` goes on: an install or a transfer may take longer than the
 * lease. A renewal that fails harms nothing, the next one tries again.
 */
export async function whileRenewing<T>(
  session: HostSession,
  lease: HostLease | undefined,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  if (!lease) return work();
  const over = new AbortController();
  const deadline = new HostDeadline(lease.hostDeadline, lease.graceSeconds);
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    await renewHostLease(session, lease, deadline, over.signal).catch((error: unknown) => {
      if (!over.signal.aborted) log.warn({ error: messageOf(error) }, 'lease not renewed');
    });
    if (!over.signal.aborted) timer = setTimeout(() => void turn(), renewalMs(lease.seconds));
  };
  void turn();
  try {
    return await work();
  } finally {
    over.abort(new Error('the step is over'));
    clearTimeout(timer);
  }
}

/** One renewal: the lease, or what is left until the deadline that the run has now. */
export async function renewHostLease(
  session: HostSession,
  lease: HostLease,
  deadline: HostDeadline,
  signal?: AbortSignal,
): Promise<void> {
  const until = await deadline.now();
  await renewLease(session, leaseLeft(Date.now(), lease.seconds, until), signal ? { signal } : {});
}
