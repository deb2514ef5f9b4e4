import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { codeOf } from '../failures';

export interface Bound {
  address: string;
  port: number;
  server: Server;
}

/**
 * Loopback addresses for instances: each has its own, with one common port, from a random start so that two clouds side by
 * side rarely meet. Where only 127.0.0.1 is up (macOS), each has a port of its own there.
 */
export class AddressPool {
  private readonly second = randomInt(16, 255);
  private third = randomInt(0, 256);
  private fourth = 0;

  /** @param own - whether instances have addresses of their own; found out by trying when it is not given. */
  constructor(
    private readonly port: number,
    private own?: boolean,
  ) {}

  /** Binds the next free address. The server accepts connections from now on: give it a listener at once. */
  async bind(): Promise<Bound> {
    this.own ??= await canBind('127.77.77.77');
    if (!this.own) return listen('127.0.0.1', 0);
    for (let tries = 0; tries < 1000; tries++) {
      try {
        return await listen(this.next(), this.port);
      } catch (error) {
        if (codeOf(error) !== 'EADDRINUSE') throw error;
      }
    }
    throw new Error(`no free loopback address with port ${this.port} was found in 1000 tries`);
  }

  private next(): string {
    this.fourth += 1;
    if (this.fourth > 254) {
      this.fourth = 1;
      this.third = (this.third + 1) % 256;
    }
    return `127.${this.second}.${this.third}.${this.fourth}`;
  }
}

async function listen(address: string, port: number): Promise<Bound> {
  // Nothing is read before somebody serves the connection: it may be handed to another process.
  const server = createServer({ noDelay: true, pauseOnConnect: true });
  server.listen({ host: address, port });
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP server has an address');
  return { address, port: bound.port, server };
}

async function canBind(address: string): Promise<boolean> {
  try {
    const { server } = await listen(address, 0);
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
