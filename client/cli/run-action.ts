import { createEc2 } from '../../adapters/aws';
import { loadSettings, requireStack } from '../../adapters/settings';
import type { Selection, UploadedSnapshot } from '../../adapters/snapshot';
import { EXIT_CODES, exitCodeOf, isRunId, type RunSpec, type Settings } from '../../contract';
import type { RunSpecInput } from '../../contract/schema';
import {
  createClient,
  newRunId,
  type RunHandle,
  type RunView,
  summaryOf,
  type TrainctlClient,
  TrainctlError,
} from '..';
import { payingAccount } from './account';
import { askInterrupted, confirm } from './ask';
import type { CommandContext } from './command';
import { finishRun } from './finish-run';
import { showRun } from './follow-run';
import { duration } from './format';
import { type Plan, placementLines, planLine, planOf } from './plan';
import { Renderer } from './render';
import { announce, codeLines, confirmSize, selectAnyCode, sendCode, sentLine } from './send-code';
import { cloudLine, historyUrl } from './session';
import { readSpecInput, type SpecInput } from './spec-input';
import { accessKeys } from './ssh-key';

export interface RunFlags {
  set?: string[];
  env?: string[];
  envFile?: string;
  name?: string;
  id?: string;
  dryRun?: boolean;
  yes?: boolean;
  detach?: boolean;
  printInput?: boolean;
}

/** What `run` and `rerun` have in common once the spec is known. */
export interface Launch {
  input: RunSpecInput;
  spec: RunSpec;
  codeDir?: string | undefined;
  source: string;
  /** The AWS account that pays; for people. */
  account?: string | undefined;
}

/** What a spec says of code that was sent. */
export type SentCode = Pick<UploadedSnapshot, 'snapshot' | 'times'>;

/** `trainctl run`. */
export async function runSpec(context: CommandContext, asked: string | undefined, flags: RunFlags): Promise<number> {
  const settings = loadSettings(context.env);
  const found: SpecInput = readSpecInput(asked, { ...flags, command: context.rest }, settings.defaults, context.env);
  return launch(context, settings, found, flags);
}

/** Says what will happen, asks where money is spent, sends the code, starts the run and follows it. */
export async function launch(
  context: CommandContext,
  settings: Settings,
  given: Launch,
  flags: RunFlags,
): Promise<number> {
  const { out } = context;
  if (flags.id !== undefined && !isRunId(flags.id)) {
    throw new TrainctlError(
      'usage',
      `--id: ${JSON.stringify(flags.id)} is not 1 to 100 of A-Z a-z 0-9 . _ - without ".."`,
    );
  }
  const selection = given.codeDir === undefined ? undefined : await selectAnyCode(given.codeDir, flags.yes);
  const empty = given.codeDir !== undefined && selection === undefined;
  const found = empty
    ? { ...given, codeDir: undefined, input: { ...given.input, code: { none: true as const } } }
    : given;
  const id = flags.id ?? newRunId(found.spec.name);
  const account = await payingAccount(settings);
  if (flags.dryRun) {
    const ec2 = settings.cloud === 'local' && settings.endpoints.ec2 === undefined ? undefined : createEc2(settings);
    const plan = await planOf(found.spec, settings, ec2);
    showPlan(context, settings, { ...found, account }, plan, selection, id);
    if (flags.printInput) out.value(inputOf(found, undefined, settings));
    else if (out.json) out.value({ dryRun: true, run: id, cloud: settings.cloud, plan, code: codeFacts(selection) });
    else out.line(out.colors.dim('dry run: nothing was sent or started'));
    return 0;
  }
  requireStack(settings);
  const client = await createClient({ settings });
  try {
    if (!flags.printInput) {
      const plan = await planOf(found.spec, settings, client.ec2);
      showPlan(context, settings, { ...found, account }, plan, selection, id);
      await confirmMoney(settings, plan, flags);
    }
    if (selection) await confirmSize(selection, flags.yes);
    const code = selection ? await send(context, client, selection) : undefined;
    const input = inputOf(found, code, settings);
    if (flags.printInput) {
      out.value(input);
      return 0;
    }
    const handle = await client.start(input, { id, summary: summaryOf(input) });
    if (flags.detach) {
      if (out.json) out.value({ run: handle.run, runKey: handle.runKey });
      else {
        out.whole(`started ${handle.run}`);
        out.whole(`  follow it with: trainctl status ${handle.run} --watch`);
        const url = historyUrl(settings, handle.run);
        if (url) out.whole(`  history: ${url}`);
      }
      return 0;
    }
    return await followToEnd(context, client, handle);
  } finally {
    await client.close();
  }
}

/** Follows a run to its end; ctrl-C asks what it meant. Answers with the run's exit code. */
export async function followToEnd(
  context: CommandContext,
  client: TrainctlClient,
  handle: RunHandle,
  options: { log?: boolean } = {},
): Promise<number> {
  const { out } = context;
  let seen: RunView | undefined;
  for (;;) {
    const watching = new AbortController();
    let pressed = false;
    const onInterrupt = (): void => {
      if (pressed) process.exit(EXIT_CODES.succeeded);
      pressed = true;
      watching.abort();
    };
    process.on('SIGINT', onInterrupt);
    try {
      const view = await showRun(handle, out, {
        signal: watching.signal,
        now: context.now,
        log: options.log !== false,
        ...(seen ? { since: seen } : {}),
        onView: (view) => {
          seen = view;
        },
      });
      if (view) {
        const { result } = await finishRun(client, handle, view, out);
        if (out.json) out.value(result);
        return exitCodeOf(result.outcome);
      }
      const choice = await askInterrupted(handle.run, out);
      if (choice === 'leave') {
        out.note(`${handle.run} goes on. Follow it again: trainctl status ${handle.run} --watch`);
        return 0;
      }
      if (choice === 'stop') {
        await handle.stop();
        out.note('stopping: a last checkpoint, then the outputs');
      }
    } finally {
      process.off('SIGINT', onInterrupt);
    }
  }
}

export function showPlan(
  { out }: CommandContext,
  settings: Settings,
  found: Launch,
  plan: Plan,
  selection: Selection | undefined,
  id: string,
): void {
  const { bold, dim } = out.colors;
  out.line(`run ${bold(id)} · ${planLine(plan)}`);
  out.line(`  ${cloudLine(settings, found.account)} · spec: ${found.source}`);
  const renderer = new Renderer(out);
  if (selection) {
    const [first = '', ...more] = codeLines(selection, dim);
    out.line(renderer.step('skipped', 'code', first));
    for (const line of more) out.line(`${' '.repeat(18)}${line}`);
  }
  if (settings.cloud === 'aws')
    for (const line of placementLines(plan)) out.line(renderer.step('skipped', 'plan', line));
  if (plan.warning) out.line(renderer.step('warning', 'plan', plan.warning));
}

async function confirmMoney(settings: Settings, plan: Plan, flags: RunFlags): Promise<void> {
  if (settings.cloud !== 'aws' || flags.yes) return;
  const question = `Start it on AWS (${planLine(plan)})?`;
  if (!(await confirm(question, 'say --yes, or look first with --dry-run'))) {
    throw new TrainctlError('usage', 'not started');
  }
}

export async function send({ out }: CommandContext, client: TrainctlClient, selection: Selection): Promise<SentCode> {
  const began = Date.now();
  announce(out, selection);
  const sent = await sendCode(client, selection);
  const line = new Renderer(out).step('done', 'send', sentLine(sent), duration((Date.now() - began) / 1000));
  out.line(line);
  for (const warning of sent.warnings) out.line(new Renderer(out).step('warning', 'send', warning));
  return { snapshot: sent.snapshot, times: sent.times };
}

/** The workflow's input: plain JSON, the same that a person could type into the Temporal UI. */
export function inputOf(found: Launch, code: SentCode | undefined, settings: Pick<Settings, 'home'>): RunSpecInput {
  const keys = new Set([...(found.spec.access.sshKeys ?? []), ...accessKeys(settings.home)]);
  const input: RunSpecInput = { ...found.input, access: { sshKeys: [...keys] } };
  if (code !== undefined) input.code = code;
  return input;
}

function codeFacts(selection: Selection | undefined): unknown {
  if (!selection) return null;
  const { files, totalBytes, largest, skipped, source, credentials, warnings } = selection;
  return { files: files.length, bytes: totalBytes, source, largest, skipped, credentials, warnings };
}
