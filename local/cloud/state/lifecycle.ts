import { messageOf } from '../failures';
import type { ScaledClock } from './clock';
import type { Instance, StateName } from './model';
import {
  type Cause,
  type Change,
  causes,
  permits,
  RULES,
  SETTLES,
  TERMINATED_VISIBLE_REAL_SECONDS,
  TERMINATED_VISIBLE_SECONDS,
} from './rules';
import { type SpotStatusCode, setSpotStatus } from './spot-status';
import type { Store } from './store';

/** What the state machine asks of the hosts. */
export interface Machines {
  boot(instance: Instance): void;
  /** Ends everything that runs on it; the disk stays. */
  powerOff(instance: Instance): Promise<void>;
  reboot(instance: Instance): void;
  /** Deletes the disk and gives its addresses back. */
  discard(instance: Instance): Promise<void>;
  /** A new public address, after a stop had released the old one. */
  renewPublicIp(instance: Instance): Promise<string>;
}

export interface StateChange {
  instance: Instance;
  previous: StateName;
  current: StateName;
}

/** Moves instances through EC2's states, with their disks, spot requests and hosts. */
export class Lifecycle {
  /** Real seconds for which a terminated instance is shown; undefined: an hour of EC2's, at least ten real minutes. */
  terminatedVisibleSeconds: number | undefined;
  /** Called after every change of a state, also those that no call has caused. */
  onChange: () => void = () => undefined;
  private readonly running = new Set<Promise<void>>();
  private readonly reapers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly store: Store,
    private readonly clock: ScaledClock,
    private readonly machines: Machines,
  ) {}

  /** A new instance, already in the store as `pending`. */
  launched(instance: Instance): void {
    this.settle(instance, Promise.resolve());
  }

  /**
   * Applies one change to several instances. All are checked before any is changed.
   * @throws Ec2Error when the state of one does not allow it.
   */
  apply(change: Change, instances: Instance[], cause: Cause = causes.user(), spot?: SpotStatusCode): StateChange[] {
    const changing = instances.map((instance) => permits(change, instance));
    return instances.map((instance, index) => {
      const previous = instance.state;
      const next = changing[index] ? RULES[change].from[previous] : undefined;
      if (next) this.move(instance, change, next, cause, spot);
      return { instance, previous, current: instance.state };
    });
  }

  reboot(instances: Instance[]): void {
    for (const instance of instances) if (instance.state === 'running') this.machines.reboot(instance);
  }

  /** The host has powered itself off: stops or terminates, as the instance's attribute says. */
  hostPoweredOff(instance: Instance): void {
    if (instance.state !== 'running') return;
    const oneTime = instance.market === 'spot' && !this.isPersistent(instance);
    const change = instance.shutdownBehavior === 'terminate' || oneTime ? 'terminate' : 'stop';
    this.apply(change, [instance], causes.instance());
  }

  /**
   * After the store was filled from a file: the machines of an earlier process died with it, as in a power cut. Whatever lived
   * is now shown terminated, with a reason.
   */
  restored(): void {
    for (const instance of this.store.instances.values()) {
      if (instance.state !== 'terminated') {
        if (instance.state !== 'shutting-down') {
          const { reason, transition } = causes.powerCut();
          instance.stateReason = reason;
          instance.transitionReason = transition;
          this.setSpot(instance, 'instance-terminated-by-service');
        }
        instance.state = 'terminated';
        instance.interruption = undefined;
        this.terminated(instance);
      } else this.forgetLater(instance);
    }
  }

  /** Waits until no shutdown of a host is under way. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled([...this.running]);
  }

  stop(): void {
    for (const timer of this.reapers) clearTimeout(timer);
    this.reapers.clear();
  }

  private isPersistent(instance: Instance): boolean {
    const request = this.store.spotRequests.get(instance.spotRequestId ?? '');
    return request?.type === 'persistent';
  }

  private move(instance: Instance, change: Change, next: StateName, cause: Cause, spot?: SpotStatusCode): void {
    instance.state = next;
    queueMicrotask(() => this.onChange());
    if (change === 'start') {
      instance.launchTime = new Date();
      instance.stateReason = { code: 'pending', message: 'pending' };
      instance.transitionReason = '';
      this.setSpot(instance, 'fulfilled');
      const address = this.machines.renewPublicIp(instance).then((ip) => {
        instance.publicIp = ip;
      });
      this.settle(instance, address);
      return;
    }
    instance.stateReason = cause.reason;
    instance.transitionReason = cause.transition;
    instance.interruption = undefined;
    this.setSpot(instance, spot ?? (change === 'stop' ? 'instance-stopped-by-user' : 'instance-terminated-by-user'));
    if (next === 'terminated') {
      this.terminated(instance);
      return;
    }
    this.settle(instance, this.machines.powerOff(instance));
  }

  private setSpot(instance: Instance, code: SpotStatusCode): void {
    const request = this.store.spotRequests.get(instance.spotRequestId ?? '');
    if (request) setSpotStatus(request, code);
  }

  /** Leaves a passing state once its time is over and what it stands for is done. */
  private settle(instance: Instance, work: Promise<void>): void {
    const state = instance.state;
    const rule = SETTLES[state];
    if (!rule) return;
    const delay = new Promise<void>((resolve) => {
      this.clock.after(rule.seconds, resolve);
    });
    const done = work.catch((error: unknown) => {
      console.error(`${instance.id}: leaving ${state}: ${messageOf(error)}`);
    });
    this.track(done);
    void Promise.all([delay, done]).then(() => {
      // Terminated or stopped meanwhile: that change has its own end.
      if (instance.state !== state) return;
      instance.state = rule.to;
      this.arrived(instance, rule.to);
      this.onChange();
    });
  }

  private arrived(instance: Instance, state: StateName): void {
    if (state === 'running') {
      instance.stateReason = undefined;
      for (const device of instance.blockDevices) {
        const attachment = this.store.volumes.get(device.volumeId)?.attachment;
        if (attachment) attachment.state = 'attached';
      }
      this.machines.boot(instance);
    } else if (state === 'stopped') {
      instance.publicIp = undefined;
    } else if (state === 'terminated') {
      this.terminated(instance);
    }
  }

  private terminated(instance: Instance): void {
    instance.terminatedAt = new Date();
    for (const device of instance.blockDevices) {
      const volume = this.store.volumes.get(device.volumeId);
      if (device.deleteOnTermination) this.store.volumes.delete(device.volumeId);
      else if (volume) {
        volume.state = 'available';
        volume.attachment = undefined;
      }
    }
    instance.blockDevices = [];
    instance.publicIp = undefined;
    this.track(
      this.machines.discard(instance).catch((error: unknown) => {
        console.error(`${instance.id}: its folder stays: ${messageOf(error)}`);
      }),
    );
    this.forgetLater(instance);
  }

  /** Terminated instances are shown for a while. */
  private forgetLater(instance: Instance): void {
    const real = Math.max(TERMINATED_VISIBLE_SECONDS / this.clock.scale, TERMINATED_VISIBLE_REAL_SECONDS);
    const timer = setTimeout(
      () => {
        this.reapers.delete(timer);
        this.store.instances.delete(instance.id);
        this.onChange();
      },
      // setTimeout fires at once above 2^31 ms: 24 days are as good as for ever.
      Math.min((this.terminatedVisibleSeconds ?? real) * 1000, 2 ** 31 - 1),
    );
    timer.unref();
    this.reapers.add(timer);
  }

  private track(work: Promise<void>): void {
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }
}
