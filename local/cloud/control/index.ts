import type { IncomingMessage, ServerResponse } from 'node:http';
import { Ec2Error } from '../ec2/protocol/errors';
import { messageOf } from '../failures';
import { FaultSpecError } from '../faults/kinds';
import type { FaultStore } from '../faults/store';
import type { Hosts } from '../hosts';
import type { CallLog } from '../iam';
import type { ScaledClock } from '../state/clock';
import type { Interruptions } from '../state/interruptions';
import type { Lifecycle } from '../state/lifecycle';
import type { Store } from '../state/store';
import { type Answer, ControlError, type Json, numberField, readJson, send } from './http';
import { InstanceCalls } from './instance-calls';
import { carries } from './token';
import { instanceView, spotRequestView, volumeView } from './views';

export interface ControlOptions {
  store: Store;
  hosts: Hosts;
  faults: FaultStore;
  clock: ScaledClock;
  lifecycle: Lifecycle;
  interruptions: Interruptions;
  /** How often each action of EC2 and FIS was called. */
  calls(): Readonly<Record<string, number>>;
  /** Who made them, with what right. */
  log: CallLog;
  /** Asked for at each call but `health`. */
  token: string;
}

/** Whether the cloud is up, which any process of this machine sees by its port. */
const HEALTH = '/_local/health';

type Handler = (body: Json, id: string) => Answer | Promise<Answer>;

/** The local cloud's own interface, below `/_local/`; docs/local-cloud.md is its specification. */
export class Control {
  private readonly routes: [method: string, pattern: RegExp, handler: Handler][];
  private readonly instances: InstanceCalls;

  constructor(private readonly options: ControlOptions) {
    this.instances = new InstanceCalls(options);
    const id = '([\\w-]+)';
    const at = (path: string) => new RegExp(`^/_local/${path}$`);
    this.routes = [
      ['GET', at('health'), () => ({ json: { ok: true } })],
      ['GET', at('state'), () => this.state()],
      ['GET', at('calls'), () => ({ json: this.options.log.list() })],
      ['GET', at(`instances/${id}`), (_, which) => this.instances.detail(which)],
      ['GET', at(`instances/${id}/console`), (_, which) => this.instances.console(which)],
      ['POST', at(`instances/${id}/interrupt`), (body, which) => this.instances.interrupt(which, body)],
      ['POST', at(`instances/${id}/rebalance`), (_, which) => this.instances.rebalance(which)],
      ['POST', at(`instances/${id}/maintenance`), (body, which) => this.instances.maintenance(which, body)],
      ['POST', at(`instances/${id}/kill`), (body, which) => this.instances.kill(which, body)],
      ['POST', at(`instances/${id}/partition`), (body, which) => this.instances.partition(which, body)],
      ['POST', at(`instances/${id}/impersonate`), (_, which) => this.instances.impersonate(which)],
      ['POST', at(`instances/${id}/move`), (_, which) => this.instances.move(which)],
      ['POST', at(`instances/${id}/heal`), (_, which) => this.instances.heal(which)],
      ['GET', at('faults'), () => ({ json: this.options.faults.list() })],
      ['POST', at('faults'), (body) => ({ json: { id: this.options.faults.arm(body).id } })],
      ['DELETE', at('faults'), () => this.clearFaults()],
      ['DELETE', at(`faults/${id}`), (_, which) => this.disarm(which)],
      ['POST', at('time'), (body) => this.setTime(body)],
    ];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = (request.url ?? '').split('?')[0] ?? '';
      if (path !== HEALTH && !carries(request, this.options.token)) throw noToken(request);
      const body = await readJson(request);
      const matching = this.routes.filter(([, pattern]) => pattern.test(path));
      const route = matching.find(([method]) => method === request.method);
      if (!route) throw new ControlError(matching.length > 0 ? 405 : 404, `${request.method} ${path}: no such call`);
      send(response, 200, await route[2](body, route[1].exec(path)?.[1] ?? ''));
    } catch (error) {
      send(response, statusOf(error), { json: { error: messageOf(error) } });
    }
  }

  stop(): void {
    this.instances.stop();
  }

  private state(): Answer {
    const { store, hosts, faults, calls, clock } = this.options;
    return {
      json: {
        instances: store.visibleInstances().map((instance) => instanceView(instance, hosts.find(instance.id))),
        volumes: [...store.volumes.values()].map(volumeView),
        spotRequests: [...store.spotRequests.values()].map(spotRequestView),
        faults: faults.list(),
        calls: calls(),
        time: { scale: clock.scale },
      },
    };
  }

  private clearFaults(): Answer {
    this.options.faults.clear();
    return { json: { ok: true } };
  }

  private disarm(id: string): Answer {
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

/** Its body is of no interest. */
function noToken(request: IncomingMessage): ControlError {
  request.resume();
  const where = 'cloud.controlToken in stack.json of its home, or control-token in its folder';
  return new ControlError(401, `authorization: Bearer TOKEN is needed (${where})`);
}

function statusOf(error: unknown): number {
  if (error instanceof ControlError) return error.status;
  if (error instanceof FaultSpecError) return 400;
  return error instanceof Ec2Error ? 409 : 500;
}
