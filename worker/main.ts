import { applicationId } from '../adapters/aws';
import { loadSecret, loadSettings, makeSecret, requireStack } from '../adapters/settings';
import { EXIT_CODES } from '../contract';
import { readEnvironment } from './environment';
import { NotOursError, WorkerStartError } from './errors';
import { createLog } from './logging';
import { installRuntime } from './runtime';
import { startWorkers } from './start';

/** Of the command line: `trainctl worker` and a stack give them. */
const FLAGS = {
  /** A refusal is JSON on stdout, too. */
  json: process.argv.includes('--json'),
  /** A secret is made where Temporal knows nothing of the installation: a stack's first worker. */
  makeSecret: process.argv.includes('--make-secret'),
  /** Of `stack up --replace`. */
  replace: process.argv.includes('--replace'),
};

/** Errors that say all there is to say; a stack would only hide it. */
const PLAIN = ['WorkerStartError', 'NotOursError', 'SettingsError', 'NoStackError', 'HomeError'];

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const log = createLog(environment.logLevel);
  const settings = loadSettings(process.env);
  requireStack(settings);
  // In the user agent of its calls of AWS: CloudTrail tells them from a client's.
  process.env.AWS_SDK_UA_APP_ID ||= applicationId('worker', settings);
  const secret = loadSecret(settings);
  const { metricsUrl } = await installRuntime(log, environment.metricsPort, environment.door);

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

  const making = FLAGS.makeSecret ? { makeSecret: () => makeSecret(settings) } : {};
  const workers = await startWorkers({ settings, secret, ...making, replace: FLAGS.replace, environment, log });
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
    const refusal = error instanceof NotOursError ? error.refusal : undefined;
    if (refusal && FLAGS.json) process.stdout.write(`${JSON.stringify({ error: { code: 'refused', ...refusal } })}\n`);
    process.exit(refusal ? EXIT_CODES.invalid : EXIT_CODES.internal);
  },
);
