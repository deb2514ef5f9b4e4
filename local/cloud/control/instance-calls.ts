import type { Hosts } from '../hosts';
import { type Interruptions, NOTICE_SECONDS } from '../state/interruptions';
import type { Instance } from '../state/model';
import type { Store } from '../state/store';
import { type Answer, ControlError, type Json, numberField, stringField } from './http';
import { instanceDetail } from './views';

/** The calls about one instance: how it is, and what is to happen to it. */
export class InstanceCalls {
  private readonly heals = new Map<string, NodeJS.Timeout>();

  constructor(private readonly options: { store: Store; hosts: Hosts; interruptions: Interruptions }) {}

  console(id: string): Answer {
    return { text: this.host(id)?.consoleOutput() ?? '' };
  }

  async detail(id: string): Promise<Answer> {
    const instance = this.instance(id);
    const stranger = this.options.hosts.strangerOf(instance.id);
    return { json: await instanceDetail(instance, this.host(id), stranger) };
  }

  interrupt(id: string, body: Json): Answer {
    const instance = this.alive(id);
    const action = stringField(body, 'action', 'terminate');
    if (action !== 'terminate' && action !== 'stop' && action !== 'hibernate') {
      throw new ControlError(400, 'action: terminate, stop or hibernate');
    }
    if (instance.market !== 'spot') {
      throw new ControlError(
        409,
        `${instance.id} is on demand: EC2 interrupts only Spot Instances (see kill, maintenance)`,
      );
    }
    const seconds = numberField(body, 'noticeSeconds', NOTICE_SECONDS, 0) ?? NOTICE_SECONDS;
    const { time } = this.options.interruptions.interrupt(instance, action, seconds);
    return { json: { id: instance.id, action, time: time.toISOString() } };
  }

  rebalance(id: string): Answer {
    const instance = this.alive(id);
    instance.rebalanceAt = new Date();
    return { json: { id: instance.id } };
  }

  maintenance(id: string, body: Json): Answer {
    const instance = this.alive(id);
    const code = stringField(body, 'code', 'instance-retirement');
    const seconds = numberField(body, 'notBeforeSeconds', NOTICE_SECONDS, 0) ?? NOTICE_SECONDS;
    this.options.interruptions.scheduleMaintenance(instance, code, seconds);
    return { json: { id: instance.id, code } };
  }

  kill(id: string, body: Json): Answer {
    const instance = this.alive(id);
    const fallback = instance.market === 'spot' ? 'Server.SpotInstanceTermination' : 'Server.InternalError';
    const stateReason = stringField(body, 'stateReason', fallback);
    this.options.interruptions.kill(instance, stateReason);
    return { json: { id: instance.id, stateReason } };
  }

  partition(id: string, body: Json): Answer {
    const instance = this.alive(id);
    const seconds = numberField(body, 'seconds', undefined, 0);
    this.heal(id);
    this.host(id)?.partition(true);
    if (seconds !== undefined) {
      const timer = setTimeout(() => this.options.hosts.find(instance.id)?.partition(false), seconds * 1000);
      this.heals.set(instance.id, timer);
    }
    return { json: { id: instance.id, partitioned: true } };
  }

  impersonate(id: string): Answer {
    this.alive(id);
    this.host(id)?.presence.impersonate();
    return { json: { id, impersonated: true } };
  }

  async move(id: string): Promise<Answer> {
    const instance = this.alive(id);
    const address = await this.options.hosts.move(instance);
    if (address === undefined) throw new ControlError(409, 'on this machine all instances have one address');
    instance.publicIp = address;
    return { json: { id: instance.id, address } };
  }

  heal(id: string): Answer {
    this.instance(id);
    clearTimeout(this.heals.get(id));
    this.heals.delete(id);
    const host = this.host(id);
    if (host?.isPartitioned) host.partition(false);
    host?.presence.reappear();
    return { json: { id, partitioned: false } };
  }

  /** Forgets the partitions that were to end by themselves. */
  stop(): void {
    for (const timer of this.heals.values()) clearTimeout(timer);
    this.heals.clear();
  }

  private instance(id: string): Instance {
    const instance = this.options.store.instances.get(id);
    if (!instance) throw new ControlError(404, `there is no instance ${id}`);
    return instance;
  }

  private alive(id: string): Instance {
    const instance = this.instance(id);
    if (instance.state === 'running' || instance.state === 'pending') return instance;
    throw new ControlError(409, `${instance.id} is ${instance.state}`);
  }

  private host(id: string) {
    return this.options.hosts.find(this.instance(id).id);
  }
}
