import type { StackState } from '../../../contract';
import { StackError } from '../errors';
import { compiled } from '../paths';
import { type Part, startPart } from './start-part';

const READY_SECONDS = 60;

/** How the worker is started by hand, or by a service manager. */
export function workerCommand(): { command: string; args: string[] } {
  return { command: process.execPath, args: [compiled('worker/main.js')] };
}

/** A stack's own worker may make the secret of its home: where its Temporal knows nothing of the installation yet. */
function firstWorker(replace: boolean): { command: string; args: string[] } {
  const { command, args } = workerCommand();
  return { command, args: [...args, '--make-secret', ...(replace ? ['--replace'] : [])] };
}

export interface RunningWorker {
  state: NonNullable<StackState['worker']>;
  part: Part;
}

/** Starts a worker against the stack of this home, whatever other servers the shell's environment names. */
export async function startWorker(options: {
  home: string;
  detach: boolean;
  state: Omit<StackState, 'worker'>;
  /** Files of the stack were lost: it is recorded anew. */
  replace?: boolean;
}): Promise<RunningWorker> {
  const part = await startPart({
    name: 'worker',
    home: options.home,
    ...firstWorker(options.replace === true),
    env: workerEnvironment(options.home, options.state),
    detach: options.detach,
    folders: [options.state.cloud.dir],
  });
  const ready = await part.ready(READY_SECONDS);
  if (typeof ready.healthUrl !== 'string') throw new StackError(`The worker said no healthUrl; see ${part.log}.`);
  return { part, state: { pid: part.server, guard: part.pid, healthUrl: ready.healthUrl } };
}

/** The stack's own Temporal and local cloud; secrets that runs may name stay in the environment, credentials do not. */
function workerEnvironment(home: string, state: Omit<StackState, 'worker'>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|TEMPORAL_)/.test(name) && !OVERRIDES.includes(name),
  );
  return {
    ...Object.fromEntries(kept),
    TRAINCTL_HOME: home,
    TRAINCTL_CLOUD: 'local',
    TEMPORAL_ADDRESS: state.temporal.address,
    TEMPORAL_NAMESPACE: state.temporal.namespace,
  };
}

/** Settings of an installation on AWS must not reach the embedded one. */
const OVERRIDES = [
  'TRAINCTL_BUCKET',
  'TRAINCTL_PREFIX',
  'TRAINCTL_REGION',
  'TRAINCTL_BUILD_ID',
  'TRAINCTL_SSH_PORT',
  'TRAINCTL_USER',
];
