import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Where the worker's endpoints listen. */
export interface Door {
  /** An IP address. */
  address: string;
  /** Beside IP addresses, the names by which they may be asked, in lower case. */
  hosts: readonly string[];
}

const AT_HOME: Door = { address: LOOPBACK, hosts: [] };

const OWN = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a request comes from a page in a browser, or by a name that somebody has pointed at this machine. Who listens elsewhere than on
 * loopback is asked by an address, which no page can rebind, or by a name that it was told.
 */
export function isStranger({ headers }: Pick<IncomingMessage, 'headers'>, door: Door = AT_HOME): boolean {
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined || (site !== undefined && site !== 'none')) return true;
  const { host = '' } = headers;
  if (OWN.test(host)) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  if (door.hosts.includes(name)) return false;
  return door.address === LOOPBACK || isIP(name.replace(/^\[(.*)\]$/, '$1')) === 0;
}

/** A server that answers no page of a browser; on loopback, if nothing else is said. Rejects when the port is not to be had. */
export function serveLoopback(
  port: number,
  listener: RequestListener,
  door: Door = AT_HOME,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    if (!isStranger(request, door)) return listener(request, response);
    request.resume();
    response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
    response.end('{"error":"this is for this machine alone, and not for web pages"}\n');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, door.address, () => {
      const host = isIP(door.address) === 6 ? `[${door.address}]` : door.address;
      resolve({ server, url: `http://${host}:${(server.address() as AddressInfo).port}` });
    });
  });
}
