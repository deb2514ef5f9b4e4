import { createServer } from 'node:net';
import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { sdkLogger } from './logging';

const LOOPBACK = '127.0.0.1';

/** The exporter cannot say which port it took, so a free one is chosen for it; another program may be faster. */
const TRIES = 5;

/**
 * Installs the SDK's runtime of this process: logs go to ours, metrics to a Prometheus endpoint on loopback. May be called
 * once, before the first connection.
 */
export async function installRuntime(log: Logger, metricsPort: number): Promise<{ metricsUrl: string }> {
  for (let tries = 1; ; tries += 1) {
    const port = metricsPort || (await freePort());
    try {
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
              bindAddress: `${LOOPBACK}:${port}`,
              useSecondsForDurations: true,
              unitSuffix: true,
              countersTotalSuffix: true,
            },
          },
        },
      });
      return { metricsUrl: `http://${LOOPBACK}:${port}/metrics` };
    } catch (error) {
      if (metricsPort !== 0 || tries === TRIES) throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
