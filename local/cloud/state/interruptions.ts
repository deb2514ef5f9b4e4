import { randomBytes } from 'node:crypto';
import type { Lifecycle } from './lifecycle';
import type { Instance, Interruption } from './model';
import { causes } from './rules';
import { type SpotStatusCode, setSpotStatus } from './spot-status';
import type { Store } from './store';

/** EC2 gives two minutes. */
export const NOTICE_SECONDS = 120;

/** What a spot request shows while the notice runs, and once the instance is taken. */
const STATUSES: Record<Interruption['action'], { marked: SpotStatusCode; taken: SpotStatusCode }> = {
  terminate: { marked: 'marked-for-termination', taken: 'instance-terminated-no-capacity' },
  stop: { marked: 'marked-for-stop', taken: 'instance-stopped-no-capacity' },
  hibernate: { marked: 'marked-for-stop', taken: 'instance-stopped-no-capacity' },
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
  interrupt(instance: Instance, action: Interruption['action'], noticeSeconds: number): Interruption {
    const interruption = { action, time: new Date(Date.now() + noticeSeconds * 1000) };
    if (noticeSeconds <= 0) {
      this.take(instance, interruption);
      return interruption;
    }
    instance.interruption = interruption;
    const request = this.store.spotRequests.get(instance.spotRequestId ?? '');
    if (request) setSpotStatus(request, STATUSES[action].marked);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      // Ended, or announced anew, meanwhile.
      if (instance.interruption === interruption) this.take(instance, interruption);
    }, noticeSeconds * 1000);
    this.timers.add(timer);
    return interruption;
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

  private take(instance: Instance, { action }: Interruption): void {
    const spot = STATUSES[action].taken;
    if (action === 'terminate') {
      this.lifecycle.apply('terminate', [instance], causes.spotTermination(), spot);
    } else if (instance.state === 'running') {
      this.lifecycle.apply('stop', [instance], causes.spotStop(), spot);
    }
  }
}
