import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { searchedFolders } from '../programs';

export interface Listening {
  address: string;
  port: number;
}

/**
 * Listens where it is told to, hands what listens to the process that started it, and ends with it at the latest. A process of
 * its own, because node cannot change the namespace that it is in; a socket stays in the one where it was made.
 */
const PROGRAM = `
const { createServer } = require('node:net');
const open = ({ address, port }) =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
process.once('disconnect', () => process.exit());
Promise.all(JSON.parse(process.argv[1]).map(open)).then(
  (servers) => servers.forEach((server) => process.send({}, server)),
  ({ message, code }) => process.send({ message, code }),
);
`;

/**
 * Listens in the network that `enter`, put before a command, leads to. The servers are this process's own, in the order of the places.
 * @throws Error with a code, such as EADDRINUSE, when one of them is not to be had; nothing listens then.
 */
export async function listenInside(enter: readonly string[], places: readonly Listening[]): Promise<Server[]> {
  const [program = '', ...args] = [...enter, process.execPath, '-e', PROGRAM, JSON.stringify(places)];
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: searchedFolders() },
    cwd: '/',
  });
  const words = child.stderr ? text(child.stderr) : Promise.resolve('');
  const servers: Server[] = [];
  const all = new Promise<void>((resolve, reject) => {
    child.on('message', (said, server) => {
      if (typeof said === 'object' && 'message' in said) reject(Object.assign(new Error(), said));
      else if (server) servers.push(server as Server);
      if (servers.length === places.length) resolve();
    });
  });
  // Not `close`: node does not tell it of a child whose channel we have closed.
  const exited = once(child, 'exit');
  const early = exited.then(async () => {
    throw new Error(`nothing listens in the namespace: ${(await words).trim() || 'node ended at once'}`);
  });
  early.catch(() => undefined);
  try {
    await Promise.race([all, early]);
  } finally {
    if (child.connected) child.disconnect();
  }
  // Until then the sockets are the other's, too: it might take a connection, and they could not be closed.
  await exited;
  return servers;
}
