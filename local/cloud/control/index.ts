import type { IncomingMessage, ServerResponse } from 'node:http';
import { Ec2Error } from '../ec2/protocol/errors';
import { messageOf } from '../failures';
import { FaultSpecError } from '../faults/kinds';
import type { FaultStore } from '../faults/store';
import type { Hosts } from '../hosts';
import type { ScaledClock } from '../state/clock';
import { type Interruptions, NOTICE_SECONDS } from '../state/interruptions';
import type { Lifecycle } from '../state/lifecycle';
import type { Instance } from '../state/model';
import type { Store } from '../state/store';
import { ControlError, numberField, readJson, stringField } from './http';
import { instanceDetail, instanceView, spotRequestView, volumeView } from './views';

export interface ControlOptions {
  store: Store;
  hosts: Hosts;
  faults: FaultStore;
  clock: ScaledClock;
  lifecycle: Lifecycle;
  interruptions: Interruptions;
  calls: Readonly<Record<string, number>>;
}

type Json = Record<string, unknown>;
/** `text` is sent as it is. */
type Answer = { json: unknown } | { text: string };
type Handler = (body: Json, ids: string[]) => Answer | Promise<Answer>;

/** The local cloud's own interface, below `/_local/`; docs/local-cloud.md is its specification. */
export class Control {
  private readonly routes: [method: string, pattern: RegExp, handler: Handler][];
  private readonly heals = new Map<string, NodeJS.Timeout>();

  constructor(private readonly options: ControlOptions) {
    const id = '([\\w-]+)';
    const at = (path: string) => new RegExp(`^/_local/${path}$`);
    this.routes = [
      ['GET', at('health'), () => ({ json: { ok: true } })],
      ['GET', at('state'), () => this.state()],
      ['GET', at(`instances/${id}`), (_, ids) => this.detail(ids)],
      ['GET', at(`instances/${id}/console`), (_, ids) => ({ text: this.host(ids)?.consoleOutput() ?? '' })],
      ['POST', at(`instances/${id}/interrupt`), (body, ids) => this.interrupt(body, ids)],
      ['POST', at(`instances/${id}/rebalance`), (_, ids) => this.rebalance(ids)],
      ['POST', at(`instances/${id}/maintenance`), (body, ids) => this.maintenance(body, ids)],
      ['POST', at(`instances/${id}/kill`), (body, ids) => this.kill(body, ids)],
      ['POST', at(`instances/${id}/partition`), (body, ids) => this.partition(body, ids)],
      ['POST', at(`instances/${id}/impersonate`), (_, ids) => this.impersonate(ids)],
      ['POST', at(`instances/${id}/move`), (_, ids) => this.move(ids)],
      ['POST', at(`instances/${id}/heal`), (_, ids) => this.heal(ids)],
      ['GET', at('faults'), () => ({ json: this.options.faults.list() })],
      ['POST', at('faults'), (body) => ({ json: { id: this.options.faults.arm(body).id } })],
      ['DELETE', at('faults'), () => this.clearFaults()],
      ['DELETE', at(`faults/${id}`), (_, ids) => this.disarm(ids)],
      ['POST', at('time'), (body) => this.setTime(body)],
    ];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      refuseBrowsers(request);
      const path = (request.url ?? '').split('?')[0] ?? '';
      const body = await readJson(request);
      const matching = this.routes.filter(([, pattern]) => pattern.test(path));
      const route = matching.find(([method]) => method === request.method);
      if (!route) throw new ControlError(matching.length > 0 ? 405 : 404, `${request.method} ${path}: no such call`);
      const answer = await route[2](body, (route[1].exec(path) ?? []).slice(1));
      if ('text' in answer) send(response, 200, 'text/plain; charset=utf-8', answer.text);
      else send(response, 200, 'application/json', JSON.stringify(answer.json));
    } catch (error) {
      send(response, statusOf(error), 'application/json', JSON.stringify({ error: messageOf(error) }));
    }
  }

  stop(): void {
    for (const timer of this.heals.values()) clearTimeout(timer);
    this.heals.clear();
  }

  private instance([id = '']: string[]): Instance {
    const instance = this.options.store.instances.get(id);
    if (!instance) throw new ControlError(404, `there is no instance ${id}`);
    return instance;
  }

  private alive(ids: string[]): Instance {
    const instance = this.instance(ids);
    if (instance.state === 'running' || instance.state === 'pending') return instance;
    throw new ControlError(409, `${instance.id} is ${instance.state}`);
  }

  private host(ids: string[]) {
    return this.options.hosts.find(this.instance(ids).id);
  }

  private state(): Answer {
    const { store, hosts, faults, calls, clock } = this.options;
    return {
      json: {
        instances: store.visibleInstances().map((instance) => instanceView(instance, hosts.find(instance.id))),
        volumes: [...store.volumes.values()].map(volumeView),
        spotRequests: [...store.spotRequests.values()].map(spotRequestView),
        faults: faults.list(),
        calls,
        time: { scale: clock.scale },
      },
    };
  }

  private async detail(ids: string[]): Promise<Answer> {
    const instance = this.instance(ids);
    const stranger = this.options.hosts.strangerOf(instance.id);
    return { json: await instanceDetail(instance, this.host(ids), stranger) };
  }

  private interrupt(body: Json, ids: string[]): Answer {
    const instance = this.alive(ids);
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

  private rebalance(ids: string[]): Answer {
    const instance = this.alive(ids);
    instance.rebalanceAt = new Date();
    return { json: { id: instance.id } };
  }

  private maintenance(body: Json, ids: string[]): Answer {
    const instance = this.alive(ids);
    const code = stringField(body, 'code', 'instance-retirement');
    const seconds = numberField(body, 'notBeforeSeconds', NOTICE_SECONDS, 0) ?? NOTICE_SECONDS;
    this.options.interruptions.scheduleMaintenance(instance, code, seconds);
    return { json: { id: instance.id, code } };
  }

  private kill(body: Json, ids: string[]): Answer {
    const instance = this.alive(ids);
    const fallback = instance.market === 'spot' ? 'Server.SpotInstanceTermination' : 'Server.InternalError';
    const stateReason = stringField(body, 'stateReason', fallback);
    this.options.interruptions.kill(instance, stateReason);
    return { json: { id: instance.id, stateReason } };
  }

  private partition(body: Json, ids: string[]): Answer {
    const instance = this.alive(ids);
    const seconds = numberField(body, 'seconds', undefined, 0);
    this.heal(ids);
    this.host(ids)?.partition(true);
    if (seconds !== undefined) {
      const timer = setTimeout(() => this.options.hosts.find(instance.id)?.partition(false), seconds * 1000);
      this.heals.set(instance.id, timer);
    }
    return { json: { id: instance.id, partitioned: true } };
  }

  private impersonate(ids: string[]): Answer {
    const { id } = this.alive(ids);
    this.host(ids)?.presence.impersonate();
    return { json: { id, impersonated: true } };
  }

  private async move(ids: string[]): Promise<Answer> {
    const instance = this.alive(ids);
    const address = await this.options.hosts.move(instance);
    if (address === undefined) throw new ControlError(409, 'on this machine all instances have one address');
    instance.publicIp = address;
    return { json: { id: instance.id, address } };
  }

  private heal(ids: string[]): Answer {
    const { id } = this.instance(ids);
    clearTimeout(this.heals.get(id));
    this.heals.delete(id);
    const host = this.host(ids);
    if (host?.isPartitioned) host.partition(false);
    host?.presence.reappear();
    return { json: { id, partitioned: false } };
  }

  private clearFaults(): Answer {
    this.options.faults.clear();
    return { json: { ok: true } };
  }

  private disarm([id = '']: string[]): Answer {
    if (!this.options.faults.disarm(id))
      throw new ControlError(404, `there is no fault ${id}, or it has struck already`);
    return { json: { ok: true } };
  }

  private setTime(body: Json): Answer {
    const { clock, lifecycle } = this.options;
    const scale = numberField(body, 'scale', undefined, 0.001);
    if (scale !== undefined) clock.setScale(scale);
    lifecycle.terminatedVisibleSeconds = numberField(
      body,
      'terminatedVisibleSeconds',
      lifecycle.terminatedVisibleSeconds,
      0,
    );
    return { json: { scale: clock.scale } };
  }
}

/** Pages in a browser must not reach an interface that asks for no signature. */
function refuseBrowsers(request: IncomingMessage): void {
  const site = request.headers['sec-fetch-site'];
  if (request.headers.origin !== undefined || (site !== undefined && site !== 'none')) {
    throw new ControlError(403, 'this interface is not for web pages');
  }
}

function statusOf(error: unknown): number {
  if (error instanceof ControlError) return error.status;
  if (error instanceof FaultSpecError) return 400;
  return error instanceof Ec2Error ? 409 : 500;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
