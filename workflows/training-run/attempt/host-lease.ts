import { condition, patched } from '@temporalio/workflow';
import { FAILURES, type HostLease, type OnHost } from '../../../contract';
import { SIGNS } from '../../rules/signs';
import { failureType, GivenUp } from '../shared/failures';
import { renewLease } from '../shared/steps';
import { milliseconds, watch } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';

/** A prepared host that waits is renewed at a third of its lease, so that one renewal may be lost. */
const SHARE = 3;

/** The host with its lease, as steps before the start of training take it: they renew it while they work. */
export function leased(run: Run, { onHost }: Attempt): OnHost & { lease: HostLease } {
  const { limits, checkpoints } = run.plan.spec;
  return {
    ...onHost,
    lease: {
      seconds: limits.leaseSeconds,
      hostDeadline: run.hostDeadline,
      graceSeconds: checkpoints.graceSeconds,
    },
  };
}

/**
 * How long a step on a host may go without a heartbeat, in milliseconds: at most `longest` seconds, and so short that another
 * worker takes over within the lease when this one dies. A spec's lease has at least 40 s (contract/schema/machine.ts).
 */
export function heartbeatWithin(run: Run, longest: number): { heartbeatTimeout: number } {
  const { leaseSeconds } = run.plan.spec.limits;
  return { heartbeatTimeout: milliseconds(Math.min(longest, Math.max(SHORTEST_HEARTBEAT, leaseSeconds / 4))) };
}

/** Seconds. */
const SHORTEST_HEARTBEAT = 10;

/** {@link heartbeatWithin} of every step on a host until the command runs. */
export const whilePreparing = (run: Run): { heartbeatTimeout: number } => heartbeatWithin(run, SIGNS.preparing);

/**
 * Waits until `ready`, with the attempt's own host kept alive meanwhile: nothing is at work on it that would renew its lease.
 * @throws GivenUp as soon as the run is over; `instance-lost` when EC2 took the host that waited
 */
export async function untilWithHost(run: Run, attempt: Attempt, ready: () => boolean): Promise<void> {
  const wait = milliseconds(run.plan.spec.limits.leaseSeconds / SHARE);
  const over = (): boolean => run.over || attempt.cut;
  while (!ready() && !over()) {
    if (await condition(() => ready() || over(), wait, { summary: `attempt ${attempt.number}: its host waits` })) break;
    const renewal = renewLease(`attempt ${attempt.number}: its host waits`, leased(run, attempt));
    if (patched('no-wait-for-a-renewal')) {
      // A host that does not answer holds up no ending.
      const renewing = watch(renewal);
      await condition(() => renewing.settled || over());
      if (!renewing.settled) break;
    }
    await renewal.catch((error: unknown) => {
      if (failureType(error) === FAILURES.instanceLost) throw error;
    });
  }
  if (!ready() || attempt.cut) throw new GivenUp(run.over ? run.whyOver : 'EC2 has taken the instance');
}
