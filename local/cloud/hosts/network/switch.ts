import { randomInt } from 'node:crypto';
import { messageOf } from '../../failures';
import { ip, NetworkNamespace } from './namespace';

/** Names the links of clouds in the network that they are started in; the number is that of their range, 10.N.0.0/16. */
export const UPLINK = /^trainctl(\d+)$/;

/** Second numbers of private ranges: high ones, which name servers and routers seldom have. */
const RANGES = { from: 200, count: 55 };
/** Hosts of a range: 10.N.1.1 to 10.N.255.254. */
const HOSTS = 255 * 254;

/**
 * What joins the hosts of one cloud with each other and with the cloud: a bridge in a namespace of its own, with one link into the
 * network of the cloud's process, where the hosts have a private range. All of it is gone when this process is.
 */
export class Switch {
  private hosts = 0;
  private ports = 0;

  private constructor(
    private readonly namespace: NetworkNamespace,
    private readonly range: number,
  ) {}

  /** @throws Error with the system's words where it allows none. */
  static async make(first = randomInt(RANGES.count)): Promise<Switch> {
    const namespace = await NetworkNamespace.make();
    try {
      const range = await plugIn(namespace, first);
      await namespace.ip([
        'link add name bridge type bridge',
        'link set dev uplink master bridge up',
        'link set dev bridge up',
      ]);
      return new Switch(namespace, range);
    } catch (error) {
      namespace.close();
      throw error;
    }
  }

  /** Gives a host's namespace a link, `eth0`, which is still down. */
  async plug(host: NetworkNamespace): Promise<void> {
    this.ports += 1;
    const port = `host${this.ports}`;
    await this.namespace.ip([
      `link add name ${port} type veth peer name eth0 netns ${host.path}`,
      `link set dev ${port} master bridge up`,
    ]);
  }

  /** An address that no host has had, with the length of its range. */
  next(): { address: string; prefix: number } {
    const number = this.hosts % HOSTS;
    this.hosts += 1;
    return { address: `10.${this.range}.${1 + Math.floor(number / 254)}.${1 + (number % 254)}`, prefix: 16 };
  }

  close(): void {
    this.namespace.close();
  }
}

/** A link from the network of this process into the switch, in a range that no other cloud in this network has. */
async function plugIn(into: NetworkNamespace, first: number): Promise<number> {
  for (let tries = 0; tries < RANGES.count; tries++) {
    const range = RANGES.from + ((first + tries) % RANGES.count);
    const link = `trainctl${range}`;
    try {
      await ip([`link add name ${link} type veth peer name uplink netns ${into.path}`]);
    } catch (error) {
      // The name is taken, and with it the range.
      if (messageOf(error).includes('File exists')) continue;
      throw error;
    }
    await ip([`addr add 10.${range}.0.1/16 dev ${link}`, `link set dev ${link} up`]);
    return range;
  }
  throw new Error(`each of the ${RANGES.count} private ranges for hosts is another cloud's`);
}
