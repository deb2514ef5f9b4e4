import type { IncomingMessage, ServerResponse } from 'node:http';

/** Names of this machine, and of the address at which EC2's hosts expect the metadata service. */
const OWN = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|169\.254\.169\.254)(:\d{1,5})?$/i;

/**
 * Why a request is not answered, in words; undefined: it is. Everything here is on loopback, where pages in a browser reach it too: by a
 * request of their own, or by a name of theirs that they point at this machine.
 */
export function stranger({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined || (site !== undefined && site !== 'none')) {
    return 'this interface is not for web pages';
  }
  return OWN.test(headers.host ?? '') ? undefined : 'this interface answers to names of this machine alone';
}

/** Answers a stranger; answers whether it was one. */
export function refuseStranger(request: IncomingMessage, response: ServerResponse): boolean {
  const why = stranger(request);
  if (why === undefined) return false;
  request.resume();
  response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ error: why }));
  return true;
}
