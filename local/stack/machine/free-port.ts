import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { PortTakenError } from '../errors';

/** Several stacks that start at once meet in their ports seldom, and hardly twice. */
const TRIES = 5;

/** Where ports are looked for: above those of well-known servers, up to what a signed 16-bit column of a database holds. */
const LOWEST = 10_000;
const HIGHEST = 32_767;

/** Of the range; then one of the system's choice. */
const LOOKS = 50;

/**
 * A TCP port of 127.0.0.1 that nobody listens on: `preferred` when it is free, else one by chance from below those that the
 * system gives to whoever connects or listens anywhere, so that it stays free until it is used. Another who chose so may take
 * it all the same: see `onFreePorts`.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const free = await tryPort(preferred);
    if (free !== undefined) return free;
  }
  const end = Math.min(firstOfTheSystem(), HIGHEST + 1);
  for (let looks = 0; looks < LOOKS && end > LOWEST; looks++) {
    const free = await tryPort(randomInt(LOWEST, end));
    if (free !== undefined) return free;
  }
  const port = await tryPort(0);
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return port;
}

/** The first port that the system gives by itself. Linux says it; elsewhere it is 49152, IANA's. */
function firstOfTheSystem(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return 49_152;
  }
}

const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });

/** Starts what listens on free ports; again, on others, where somebody took one between the choice and the use. */
export async function onFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof PortTakenError) || tries >= TRIES) throw error;
    }
  }
}
