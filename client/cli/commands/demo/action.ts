import path from 'node:path';
import { homeDir, loadSettings, makeHome } from '../../../../adapters/settings';
import { EXIT_CODES, exitCodeOf, type Settings, type StackState } from '../../../../contract';
import { packageRoot, type Stack, startStack } from '../../../../local/stack';
import { messageOf, newRunId, type RunHandle, summaryOf, TrainctlError, waitForEnd } from '../../..';
import { inputOf } from '../../launch/launch-input';
import { planOf } from '../../launch/plan';
import { selectCode, send } from '../../launch/send-code';
import { showPlan } from '../../launch/show-plan';
import { readSpecInput } from '../../launch/spec-input';
import type { CommandContext } from '../../shared/command';
import { cloudLine, openClient } from '../../shared/session';
import { withoutOtherServers } from '../../shared/stack-environment';
import { Renderer } from '../../terminal/renderer';
import { StageList } from '../../terminal/stage-list';
import { finishRun } from '../../watch/finish-run';
import { showRun } from '../../watch/show-run';
import { Interrupter } from './interrupter';

/** How long the run may take to end after ctrl-C before its servers are stopped under it. */
const STOP_MS = 30_000;

/**
 * `trainctl demo`: a spot run of examples/digits on the embedded stack, interrupted once after its first checkpoint. Always
 * its own Temporal and the local cloud, whatever credentials and servers the shell names.
 */
export async function demo(context: CommandContext, flags: { keep?: boolean }): Promise<number> {
  const { out } = context;
  const home = homeDir(context.env);
  makeHome(home);
  out.line(`trainctl demo · ${cloudLine({ cloud: 'local', region: '', installation: '' })}`);
  const stages = new StageList(out);
  const leaving = new AbortController();
  const onSignal = (): void => leaving.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  let stack: Stack | undefined;
  try {
    stack = await startStack({ home, detach: flags.keep === true, onStage: (stage) => stages.on(stage) }).finally(() =>
      stages.end(),
    );
    const work = runDigits(context, demoSettings(context.env, stack.state), stack.state, leaving.signal);
    const code = await Promise.race([work, diedEarly(stack)]);
    if (flags.keep && !out.json) out.whole('\nthe servers stay up; look around with: eval "$(trainctl stack env)"');
    return code;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    if (stack && !flags.keep) await stack.stop();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function diedEarly(stack: Stack): Promise<never> {
  const why = await stack.exited;
  throw new TrainctlError('internal', why, { next: 'trainctl doctor' });
}

/** The stack's own servers: what the shell or settings.yaml say of others does not count here. Its worker has the installation's name. */
export function demoSettings(env: NodeJS.ProcessEnv, state: StackState): Settings {
  const own = Object.entries(withoutOtherServers(env)).filter(
    ([name]) => !name.startsWith('TRAINCTL_') || name === 'TRAINCTL_INSTALLATION',
  );
  return loadSettings({
    ...Object.fromEntries(own),
    TRAINCTL_HOME: homeDir(env),
    TRAINCTL_CLOUD: 'local',
    TEMPORAL_ADDRESS: state.temporal.address,
    TEMPORAL_NAMESPACE: state.temporal.namespace,
    TEMPORAL_UI_URL: state.temporal.uiUrl,
  });
}

async function runDigits(
  context: CommandContext,
  settings: Settings,
  state: StackState,
  leaving: AbortSignal,
): Promise<number> {
  const { out } = context;
  const example = path.join(packageRoot(), 'examples', 'digits');
  const found = readSpecInput(example, { command: [], set: ['resources.market=spot'] }, settings.defaults, context.env);
  const client = await openClient(settings);
  try {
    const selection = await selectCode(found.codeDir ?? example);
    const id = newRunId(found.spec.name);
    out.line();
    showPlan(
      context,
      settings,
      found,
      await planOf(found.spec, settings, client.ec2),
      undefined,
      `run ${context.out.colors.bold(id)}`,
    );
    const input = await inputOf(found, await send(context, client, selection), settings);
    const handle = await client.start(input, { id, summary: summaryOf(input) });
    const interrupter = new Interrupter(state.cloud);
    const view = await showRun(handle, out, {
      signal: leaving,
      now: context.now,
      log: false,
      onView: (seen) => interrupter.look(seen),
    });
    if (!view) return await leave(context, handle);
    const { result } = await finishRun(client, handle, view, out);
    if (interrupter.problem) out.line(new Renderer(out).step('warning', 'interruption', interrupter.problem));
    if (out.json) out.value(result);
    if (result.outcome !== 'succeeded') return exitCodeOf(result.outcome);
    return result.leftovers === 0 && !interrupter.problem ? EXIT_CODES.succeeded : EXIT_CODES.internal;
  } finally {
    await client.close();
  }
}

/** After ctrl-C: the run is ended first, so that nothing of it is left in the local cloud. */
async function leave({ out }: CommandContext, handle: RunHandle): Promise<number> {
  out.note('stopping the demo');
  try {
    await handle.stop({ mode: 'now' });
    await waitForEnd(handle, { signal: AbortSignal.timeout(STOP_MS) });
  } catch (error) {
    out.note(`the run could not be ended first: ${messageOf(error)}`);
  }
  return EXIT_CODES.cancelled;
}
