import { randomBytes } from 'node:crypto';
import type { Lifecycle } from './lifecycle';
import type { Instance, Interruption } from './model';
import { causes } from './rules';
import { SPOT_STATUS, type SpotStatusCode, setSpotStatus } from './spot-status';
import type { Store } from './store';

/** EC2 gives two minutes. */
export const NOTICE_SECONDS = 120;

/** What a spot request shows while the notice runs, and once the instance is taken. */
const STATUSES: Record<Interruption['action'], { marked: SpotStatusCode; taken: SpotStatusCode }> = {
  terminate: { marked: 'marked-for-termination', taken: 'instance-terminated-no-capacity' },
  stop: { marked: 'marked-for-stop', taken: 'instance-stopped-no-capacity' },
  hibernate: { marked: 'marked-for-stop', taken: 'instance-stopped-no-capacity' },
};

/** The same when FIS asked for it ("spot-request-status", EC2 user guide): the request closes with the notice. */
const BY_EXPERIMENT: typeof STATUSES = {
  terminate: { marked: 'instance-terminated-by-experiment', taken: 'instance-terminated-by-experiment' },
  stop: { marked: 'marked-for-stop-by-experiment', taken: 'instance-stopped-by-experiment' },
  hibernate: { marked: 'marked-for-stop-by-experiment', taken: 'instance-stopped-by-experiment' },
};

const MAINTENANCE: Record<string, string> = {
  'instance-reboot': 'The instance is scheduled for a reboot',
  'instance-retirement': 'The instance is running on degraded hardware',
  'instance-stop': 'The instance is running on degraded hardware',
  'system-maintenance': 'The instance is scheduled for system maintenance',
  'system-reboot': 'The instance is scheduled for a system reboot',
};

/** What EC2 does to instances on its own account. */
export class Interruptions {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly store: Store,
    private readonly lifecycle: Lifecycle,
  ) {}

  /**
   * Announces that the instance will be taken, and takes it after that many real seconds: a notice is for programs that
   * run in real time, so it is not scaled.
   */
  interrupt(
    instance: Instance,
    action: Interruption['action'],
    noticeSeconds: number,
    statuses: typeof STATUSES = STATUSES,
    now = Date.now(),
  ): Interruption {
    const interruption = { action, time: new Date(now + noticeSeconds * 1000) };
    if (noticeSeconds <= 0) {
      this.take(instance, interruption, statuses);
      return interruption;
    }
    instance.interruption = interruption;
    const request = this.store.spotRequests.get(instance.spotRequestId ?? '');
    const { marked } = statuses[action];
    // A persistent request stays active until its instance is gone, and is open then.
    const closes = request?.type === 'persistent' && SPOT_STATUS[marked].state === 'closed';
    if (request) setSpotStatus(request, closes ? STATUSES[action].marked : marked);
    this.later(noticeSeconds, () => {
      // Ended, or announced anew, meanwhile.
      if (instance.interruption === interruption) this.take(instance, interruption, statuses);
    });
    return interruption;
  }

  /**
   * What FIS orders: a rebalance recommendation now, the notice two minutes before the end, and that after so many real seconds, in
   * the way that the spot request asks for.
   */
  order(instance: Instance, seconds: number): void {
    const action = this.store.spotRequests.get(instance.spotRequestId ?? '')?.interruptionBehavior ?? 'terminate';
    const now = Date.now();
    instance.rebalanceAt = new Date(now);
    const notice = Math.min(seconds, NOTICE_SECONDS);
    // Of one moment, where nothing lies between the two.
    const since = notice === seconds ? now : undefined;
    this.later(seconds - notice, () => {
      if (instance.state === 'running') this.interrupt(instance, action, notice, BY_EXPERIMENT, since);
    });
  }

  /** Gone at once, without notice. */
  kill(instance: Instance, stateReason: string): void {
    const cause =
      stateReason === 'Server.SpotInstanceTermination' ? causes.spotTermination() : causes.other(stateReason);
    const spot = stateReason === 'Server.SpotInstanceTermination' ? STATUSES.terminate.taken : undefined;
    this.lifecycle.apply('terminate', [instance], cause, spot ?? 'instance-terminated-by-service');
  }

  scheduleMaintenance(instance: Instance, code: string, notBeforeSeconds: number): void {
    const notBefore = new Date(Date.now() + notBeforeSeconds * 1000);
    instance.maintenance.push({
      id: `instance-event-0${randomBytes(8).toString('hex')}`,
      code,
      description: MAINTENANCE[code] ?? code,
      notBefore,
      notAfter: new Date(notBefore.getTime() + 2 * 3_600_000),
      state: 'active',
    });
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private later(seconds: number, run: () => void): void {
    if (seconds <= 0) {
      run();
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, seconds * 1000);
    this.timers.add(timer);
  }

  private take(instance: Instance, { action }: Interruption, statuses: typeof STATUSES): void {
    const spot = statuses[action].taken;
    if (action === 'terminate') {
      this.lifecycle.apply('terminate', [instance], causes.spotTermination(), spot);
    } else if (instance.state === 'running') {
      this.lifecycle.apply('stop', [instance], causes.spotStop(), spot);
    }
  }
}
