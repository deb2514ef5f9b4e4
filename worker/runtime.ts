import { randomInt } from 'node:crypto';
import { get, type RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { WorkerStartError } from './errors';
import { sdkLogger } from './logging';
import { type Door, LOOPBACK, serveLoopback } from './loopback';

/** The exporter cannot say which port it took, so a free one is chosen for it; another program may be faster. */
const TRIES = 5;

/**
 * Installs the SDK's runtime of this process: logs go to ours, metrics to a Prometheus endpoint, on loopback unless the door
 * says otherwise. May be called once, before the first connection.
 */
export async function installRuntime(log: Logger, metricsPort: number, door?: Door): Promise<{ metricsUrl: string }> {
  const exporter = await installWithExporter(log);
  try {
    const { server, url } = await serveLoopback(metricsPort, hand(exporter), door);
    server.unref();
    return { metricsUrl: `${url}/metrics` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WorkerStartError(
      `The metrics cannot be served on ${door?.address ?? LOOPBACK}:${metricsPort} (${why}): free it, or set TRAINCTL_WORKER_METRICS_PORT`,
    );
  }
}

/**
 * The SDK's own exporter answers whoever reaches it, pages in a browser too. So it is where nobody finds it, and what people are told
 * is a door that hands on to it.
 */
async function installWithExporter(log: Logger): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    // Linux has all of 127/8, other systems the one address.
    const anywhere = process.platform === 'linux' && tries < TRIES;
    const address = anywhere ? `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}` : LOOPBACK;
    try {
      const exporter = `${address}:${await freePort(address)}`;
      Runtime.install({
        logger: sdkLogger(log),
        // Signals are handled in one place, for workers and endpoints together.
        shutdownSignals: [],
        telemetryOptions: {
          logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
          metrics: {
            metricPrefix: 'temporal_',
            globalTags: { service: 'trainctl-worker' },
            // Units as Prometheus wants them.
            prometheus: {
              bindAddress: exporter,
              useSecondsForDurations: true,
              unitSuffix: true,
              countersTotalSuffix: true,
            },
          },
        },
      });
      return `http://${exporter}/metrics`;
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

const hand =
  (exporter: string): RequestListener =>
  (request, response) => {
    if ((request.url ?? '').split('?')[0] !== '/metrics')
      return void response.writeHead(404).end('there is /metrics\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end();
    get(exporter, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? 'text/plain' });
      answer.pipe(response);
    }).on('error', () => response.writeHead(502).end('the exporter does not answer\n'));
  };

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
