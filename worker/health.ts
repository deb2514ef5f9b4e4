import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkerStartError } from './errors';

const LOOPBACK = '127.0.0.1';

export interface Health {
  /** Whether tasks are taken; `false` from the first moment of a shutdown. */
  ready: boolean;
  /** Facts for people and probes. */
  [fact: string]: unknown;
}

export interface HealthServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Answers `GET /healthz` (200 as long as the process serves) and `GET /readyz` (200 while tasks are taken, else 503), both as
 * JSON, on loopback.
 */
export function serveHealth(port: number, read: () => Health): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const known = path === '/healthz' || path === '/readyz';
    const readable = request.method === 'GET' || request.method === 'HEAD';
    const health = read();
    const status = !known ? 404 : !readable ? 405 : path === '/readyz' && !health.ready ? 503 : 200;
    const body = known ? health : { error: 'there are /healthz and /readyz' };
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new WorkerStartError(
          `The health endpoint cannot listen on ${LOOPBACK}:${port} (${error.message}): free it, or set TRAINCTL_WORKER_HEALTH_PORT`,
        ),
      );
    });
    server.listen(port, LOOPBACK, () => {
      const { port: taken } = server.address() as AddressInfo;
      resolve({ url: `http://${LOOPBACK}:${taken}`, close: () => close(server) });
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
