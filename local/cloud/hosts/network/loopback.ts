import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { AddressPool } from '../address';
import type { Network, Place } from './network';

/** Hosts on loopback, told apart by address: what needs neither root nor Linux. */
export class LoopbackNetwork implements Network {
  private readonly pool: AddressPool;

  /** @param own - whether each host has an address of its own; default: if the machine has them */
  constructor(
    readonly sshPort: number,
    own?: boolean,
  ) {
    this.pool = new AddressPool(sshPort, own);
  }

  /** It is on the same loopback. */
  serve(): void {}

  async join(): Promise<Place> {
    const first = await this.pool.bind();
    return {
      first,
      enter: [],
      bind: () => this.pool.bind(),
      openImds: (imds) => openAt(imds, first.address),
      leave: () => undefined,
    };
  }

  close(): void {}
}

/** At a free port: the one of EC2 is the machine's own. */
async function openAt(imds: HttpServer, address: string): Promise<string> {
  imds.listen(0, address);
  await once(imds, 'listening');
  const bound = imds.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP server has an address');
  return `http://${address}:${bound.port}`;
}
