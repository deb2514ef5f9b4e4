import { loadSecret, loadSettings, requireStack } from '../adapters/settings';
import { readEnvironment } from './environment';
import { WorkerStartError } from './errors';
import { createLog } from './logging';
import { installRuntime } from './runtime';
import { startWorkers } from './start';

/** Errors that say all there is to say; a stack would only hide it. */
const PLAIN = ['WorkerStartError', 'SettingsError', 'NoStackError', 'HomeError'];

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const log = createLog(environment.logLevel);
  const settings = loadSettings(process.env);
  requireStack(settings);
  const secret = loadSecret(settings);
  const { metricsUrl } = await installRuntime(log, environment.metricsPort);

  // A signal that comes while the worker starts counts as soon as it can.
  let stop: (() => void) | undefined;
  let asked = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    asked += 1;
    log.info({ signal }, asked === 1 ? 'stopping' : 'stopping at once');
    if (asked > 1) process.exit(1);
    stop?.();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  const workers = await startWorkers({ settings, secret, environment, log });
  stop = workers.shutdown;
  if (asked > 0) stop();
  const { healthUrl, taskQueues } = workers;
  const ready = { ready: true, pid: process.pid, healthUrl, metricsUrl, taskQueues };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  log.info({ healthUrl, metricsUrl, taskQueues, cloud: settings.cloud }, 'ready');
  await workers.done;
  log.info('stopped');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const plain = error instanceof Error && (error instanceof WorkerStartError || PLAIN.includes(error.name));
    const text = plain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`trainctl worker: ${text}\n`);
    process.exit(1);
  },
);
