import type { Server } from 'node:http';
import { WorkerStartError } from './errors';
import { type Door, LOOPBACK, serveLoopback } from './loopback';

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
 * JSON, on loopback unless the door says otherwise.
 */
export async function serveHealth(port: number, read: () => Health, door?: Door): Promise<HealthServer> {
  try {
    const { server, url } = await serveLoopback(
      port,
      (request, response) => {
        const path = (request.url ?? '').split('?')[0];
        const known = path === '/healthz' || path === '/readyz';
        const readable = request.method === 'GET' || request.method === 'HEAD';
        const health = read();
        const status = !known ? 404 : !readable ? 405 : path === '/readyz' && !health.ready ? 503 : 200;
        const body = known ? health : { error: 'there are /healthz and /readyz' };
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
        response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`);
      },
      door,
    );
    return { url, close: () => close(server) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WorkerStartError(
      `The health endpoint cannot listen on ${door?.address ?? LOOPBACK}:${port} (${why}): free it, or set TRAINCTL_WORKER_HEALTH_PORT`,
    );
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
