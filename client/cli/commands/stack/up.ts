import { homeDir, loadSettings, makeHome, readStackState } from '../../../../adapters/settings';
import { EXIT_CODES, type StackState } from '../../../../contract';
import { stackEnv, stackStatus, startStack, stopStack } from '../../../../local/stack';
import { createClient, messageOf, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { count } from '../../terminal/format';
import { StageList } from '../../terminal/stage-list';

/** `trainctl stack up`: in the foreground until ctrl-C or until a server ends, or detached. */
export async function stackUp(context: CommandContext, flags: { detach?: boolean }): Promise<number> {
  const { out } = context;
  const home = homeDir(context.env);
  makeHome(home);
  const stages = new StageList(out);
  const stack = await startStack({ home, detach: flags.detach === true, onStage: (stage) => stages.on(stage) }).finally(
    () => stages.end(),
  );
  const { temporal, cloud } = stack.state;
  if (out.json) out.value({ ...publicState(stack.state), alreadyUp: stack.alreadyUp });
  else {
    if (stack.alreadyUp) out.line('the stack is up already');
    out.whole(`  Temporal UI     ${temporal.uiUrl}`);
    out.whole(`  EC2 and S3      ${cloud.url}`);
    out.whole('  for other tools eval "$(trainctl stack env)"');
  }
  if (flags.detach || stack.alreadyUp) return 0;
  out.note('ctrl-C stops it');
  const why = await Promise.race([stack.exited, signalled()]);
  if (why !== '') out.note(why);
  const stopping = new StageList(out);
  await stopStack(home, { onStage: (stage) => stopping.on(stage) }).finally(() => stopping.end());
  return why === '' ? 0 : EXIT_CODES.internal;
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(''));
  });
}

/** `trainctl stack down`. */
export async function stackDown(context: CommandContext, flags: { force?: boolean }): Promise<number> {
  const { out } = context;
  const home = homeDir(context.env);
  const state = readStackState(home);
  if (!state) {
    if (out.json) out.value({ stopped: false });
    else out.line('no stack is up');
    return 0;
  }
  if (!flags.force) {
    const open = await openRuns(context.env, state).catch((error: unknown) => {
      throw new TrainctlError('unavailable', `whether runs are open is not known: ${messageOf(error)}`, {
        next: 'trainctl stack up --detach mends it; trainctl stack down --force stops what is left of it',
        cause: error,
      });
    });
    if (open.count > 0) {
      const named = open.some.join(', ') + (open.count > open.some.length ? ', …' : '');
      throw new TrainctlError('refused', `${count(open.count, 'run is', 'runs are')} open: ${named}`, {
        next: 'trainctl stop RUN, or: trainctl stack down --force, and they go on when it is up again',
      });
    }
  }
  const stages = new StageList(out);
  await stopStack(home, { onStage: (stage) => stages.on(stage) }).finally(() => stages.end());
  if (out.json) out.value({ stopped: true });
  return 0;
}

/** Asks this stack's own Temporal, whatever other server the shell names. */
async function openRuns(env: NodeJS.ProcessEnv, { temporal }: StackState): Promise<{ count: number; some: string[] }> {
  const settings = loadSettings({ ...withoutTemporal(env), TRAINCTL_CLOUD: 'local' });
  const client = await createClient({
    settings: { ...settings, temporal: { address: temporal.address, namespace: temporal.namespace } },
  });
  try {
    const [total, some] = await Promise.all([client.countOpen(), client.list({ open: true, limit: 3 })]);
    return { count: total, some: some.map((run) => run.run) };
  } finally {
    await client.close();
  }
}

/** The environment without what would lead away from the embedded stack. */
export function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(TEMPORAL_|AWS_)/.test(name)));
}

/** `trainctl stack env`. */
export async function stackEnvironment(context: CommandContext, flags: { unset?: boolean }): Promise<number> {
  const { out } = context;
  const state = readStackState(homeDir(context.env));
  if (!state) {
    if (flags.unset) {
      out.whole(`unset ${STACK_VARIABLES.join(' ')}`);
      return 0;
    }
    throw new TrainctlError('unavailable', 'no stack is up', { next: 'trainctl stack up --detach' });
  }
  const values = stackEnv(state);
  if (out.json) out.value(values);
  else if (flags.unset) out.whole(`unset ${[...new Set([...STACK_VARIABLES, ...Object.keys(values)])].join(' ')}`);
  else for (const [name, value] of Object.entries(values)) out.whole(`export ${name}=${shellQuote(value)}`);
  return 0;
}

const STACK_VARIABLES = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_UI_URL',
  'AWS_ENDPOINT_URL_EC2',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'TEMPORAL_CLI_PATH',
];

export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `trainctl stack status`: exit 0 when all is up, 3 when something is not. */
export async function showStack(context: CommandContext): Promise<number> {
  const { out } = context;
  const status = await stackStatus(homeDir(context.env));
  if (out.json) {
    const state = status.state ? publicState(status.state) : null;
    out.value({ up: status.up, parts: status.parts, state });
  } else if (status.parts.length === 0) out.line('no stack is up: trainctl stack up --detach');
  else {
    for (const part of status.parts) {
      const mark = part.up ? out.colors.green('✔') : out.colors.red('✘');
      out.line(`  ${mark} ${part.name.padEnd(14)}${part.detail}`);
    }
  }
  return status.up ? 0 : EXIT_CODES.unavailable;
}

/** The state without credentials: those are for `stack env`, where they are asked for. */
function publicState(state: StackState): object {
  const { accessKeyId: _id, secretAccessKey: _secret, ...cloud } = state.cloud;
  return { ...state, cloud };
}
