import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { CannotStart } from '../../cannot-start';
import { messageOf } from '../../failures';
import type { Bound } from '../address';
import { NetworkNamespace } from './namespace';
import type { Network, Place } from './network';
import { type Machine, missingForNamespaces, notOfItsOwn, thisMachine } from './requirements';
import { Switch } from './switch';

/** Where EC2's hosts find the metadata service. */
const IMDS = { address: '169.254.169.254', port: 80 };
const LOOPBACK = '127.0.0.1';

/** Hosts in a network namespace each: an address, loopback and metadata service of their own, as on EC2. */
export class NamespacedNetwork implements Network {
  private api: HttpServer | undefined;

  private constructor(
    readonly sshPort: number,
    private readonly joint: Switch,
  ) {}

  /** @throws CannotStart when this machine, or the network that this process is in, does not allow it. */
  static async open(sshPort: number, machine: Machine = thisMachine()): Promise<NamespacedNetwork> {
    const needs = (what: string) => new CannotStart(`TRAINCTL_LOCALCLOUD_HOSTS=netns: ${what}`);
    const faults = [...missingForNamespaces(machine), notOfItsOwn(machine)].filter((fault) => fault !== undefined);
    if (faults.length > 0) throw needs(faults.join('; '));
    const joint = await Switch.make().catch((error: unknown) => {
      throw needs(`this machine does not allow it: ${messageOf(error)}`);
    });
    return new NamespacedNetwork(sshPort, joint);
  }

  serve(api: HttpServer): void {
    this.api = api;
  }

  async join(): Promise<Place> {
    const namespace = await NetworkNamespace.make();
    try {
      await this.joint.plug(namespace);
      return await this.furnish(namespace);
    } catch (error) {
      namespace.close();
      throw error;
    }
  }

  close(): void {
    this.joint.close();
  }

  private async furnish(namespace: NetworkNamespace): Promise<Place> {
    const { address, prefix } = this.joint.next();
    // No default route: what is beyond the cloud is refused at once, and not waited for.
    await namespace.ip([
      'link set dev lo up',
      `addr add ${IMDS.address}/32 dev lo`,
      `addr add ${address}/${prefix} dev eth0`,
      'link set dev eth0 up',
    ]);
    const { sshPort, api } = this;
    const apiPort = portOf(api);
    const wanted = [{ address, port: sshPort }, IMDS, ...(apiPort ? [{ address: LOOPBACK, port: apiPort }] : [])];
    const [ssh, metadata, door] = await namespace.listen(wanted);
    if (!ssh || !metadata) throw new Error('unreachable');
    // As servers of HTTP take connections: one that has said all may still hear the answer.
    const inside = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => api?.emit('connection', socket));
    if (door) inside.listen(door);
    return {
      first: accepting(ssh, address, sshPort),
      enter: namespace.enter,
      bind: () => this.bind(namespace),
      openImds: async (imds) => {
        imds.listen(metadata);
        await once(imds, 'listening');
        return undefined;
      },
      leave: () => {
        metadata.close();
        inside.close();
        namespace.close();
      },
    };
  }

  private async bind(namespace: NetworkNamespace): Promise<Bound> {
    const { address, prefix } = this.joint.next();
    await namespace.ip([`addr add ${address}/${prefix} dev eth0`]);
    const [ssh] = await namespace.listen([{ address, port: this.sshPort }]);
    if (!ssh) throw new Error('unreachable');
    return accepting(ssh, address, this.sshPort);
  }
}

/** Nothing is read of its connections before somebody serves them: they may be handed to another process. */
function accepting(listening: Server, address: string, port: number): Bound {
  const server = createServer({ noDelay: true, pauseOnConnect: true });
  server.listen(listening);
  return { address, port, server };
}

function portOf(api: HttpServer | undefined): number | undefined {
  const bound = api?.address();
  return bound && typeof bound === 'object' ? bound.port : undefined;
}
