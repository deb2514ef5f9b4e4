import { createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that nobody listens on: `preferred` when it is free, else one of the system's choice.
 * Somebody may take it before it is used; whoever starts a server on it must be ready to ask again.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const free = await tryPort(preferred);
    if (free !== undefined) return free;
  }
  const port = await tryPort(0);
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return port;
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
