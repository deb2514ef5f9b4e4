import type { Command } from 'commander';
import { loadSettings, requireStack } from '../../../../adapters/settings';
import { runWord, type Settings, type SpecFault, shownId } from '../../../../contract';
import {
  checkSchedule,
  OVERLAPS,
  type ScheduleTimes,
  scheduleFault,
  type TrainctlClient,
  TrainctlError,
} from '../../..';
import type { SpecFlags } from '../../launch/apply-flags';
import { inputOf, type Launch } from '../../launch/launch-input';
import { meantCommand } from '../../launch/meant';
import { type Plan, planLine, planOf } from '../../launch/plan';
import { codeFacts, confirmMoney, dryPlanOf, originFacts, type Prepared, prepare } from '../../launch/prepare';
import { confirmSize, send } from '../../launch/send-code';
import { showPlan } from '../../launch/show-plan';
import { readSpecInput, type SpecInput } from '../../launch/spec-input';
import { storeOnFirstUse } from '../../sdk/on-first-use';
import type { CommandContext } from '../../shared/command';
import { openClient } from '../../shared/session';
import { duration } from '../../terminal/format';
import { inTime, timesText } from './words';

export interface CreateFlags extends Omit<SpecFlags, 'command'> {
  cron?: string[];
  every?: string;
  timezone?: string;
  overlap?: string;
  catchUp?: string;
  jitter?: string;
  pauseOnFailure?: boolean;
  paused?: boolean;
  note?: string;
  replace?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

/** `trainctl schedule create`: all is checked as `run` checks it, the code is sent, and Temporal told when. */
export async function createSchedule(
  context: CommandContext,
  name: string,
  asked: string | undefined,
  flags: CreateFlags,
  command: Command,
): Promise<number> {
  if (asked !== undefined) refuseCommand(context, name, command);
  const settings = loadSettings(context.env);
  const times = timesOf(flags);
  const { checked, faults, warnings } = checkSchedule(name, times);
  const read = specOf(() => readSpecInput(asked, { ...flags, command: context.rest }, settings.defaults, context.env));
  const fault = scheduleFault(faults.map(byFlag), read instanceof TrainctlError ? read : undefined);
  if (fault) throw fault;
  if (read instanceof TrainctlError) throw read;
  const { out } = context;
  for (const warning of warnings) out.note(`! ${warning}`);
  const prepared = await prepare(context, settings, read, flags.yes);
  const { found } = prepared;
  const when = { cron: checked.cron, every: checked.every === undefined ? [] : [checked.every], ...only(checked) };
  const title = `schedule ${out.colors.bold(shownId(name))} · ${timesText(when)}`;
  const overlap = `${checked.overlap}: a time that comes while a run is open ${OVERLAPS[checked.overlap]}`;
  const tell = (plan: Plan): void => {
    showPlan(context, settings, found, plan, prepared.selection, `${title} · each`);
    out.line(`  overlap ${overlap}`);
    out.line(`  a time that is missed is made up for within ${duration(checked.catchUp)}`);
  };
  if (flags.dryRun) {
    const plan = await dryPlanOf(found.spec, settings);
    const missing =
      settings.cloud === 'aws' || settings.endpoints.s3 !== undefined ? await missingNow(found, settings) : [];
    tell(plan);
    for (const line of missing) out.note(line);
    if (out.json)
      out.value({
        dryRun: true,
        schedule: name,
        ...checked,
        cloud: settings.cloud,
        plan,
        code: codeFacts(prepared.selection),
      });
    else out.line(out.colors.dim('dry run: nothing was sent or made'));
    return 0;
  }
  requireStack(settings);
  const client = await openClient(settings);
  try {
    await client.schedules.refuseTaken(name, flags.replace);
    const plan = await planOf(found.spec, settings, client.ec2);
    const missing = await missingNow(found, settings, client);
    tell(plan);
    for (const line of missing) out.note(line);
    await confirmMoney(settings, `Start such a run at each of these times on AWS (each ${planLine(plan)})?`, flags.yes);
    return await make(context, client, name, prepared, times, flags);
  } finally {
    await client.close();
  }
}

/** Sends the code and makes the schedule. */
async function make(
  context: CommandContext,
  client: TrainctlClient,
  name: string,
  { found, selection }: Prepared,
  times: ScheduleTimes,
  { replace = false, yes }: CreateFlags,
): Promise<number> {
  const { out } = context;
  if (selection) await confirmSize(selection, yes);
  const code = selection ? await send(context, client, selection) : undefined;
  const input = await inputOf(found, code, client.settings);
  const view = await client.schedules.create(name, input, { ...times, replace, origin: await originFacts(found) });
  if (out.json) {
    out.value(view);
    return 0;
  }
  const word = runWord(name);
  out.whole(`${replace ? 'replaced' : 'created'} ${shownId(name)}${view.paused ? ', paused' : ''}`);
  if (view.next.length === 0)
    out.note('! none of its times will ever come: trainctl schedule trigger starts a run by hand');
  else out.line(`  next: ${inTime(view.next.slice(0, 3), view.timezone)}`);
  if (view.paused) out.whole(`  it starts nothing until: trainctl schedule unpause ${word}`);
  out.whole(`  try it now: trainctl schedule trigger ${word} · how its runs ended: trainctl schedule show ${word}`);
  return 0;
}

/** Data that is missing now may be there at the time: each run looks again, and ends as `invalid` without it. */
async function missingNow({ spec, input }: Launch, settings: Settings, client?: TrainctlClient): Promise<string[]> {
  if (spec.inputs.length === 0 && spec.outputs.every(({ to }) => to === undefined)) return [];
  const { dataFaults } = await import('../../launch/data-faults.js');
  const store = client?.store ?? storeOnFirstUse(settings);
  const faults = await dataFaults(spec, input, store, settings).finally(() => client ?? store.close());
  if (faults.length === 0) return [];
  const what = 'not there now; each run looks again when it begins, and ends as invalid if it is not there then';
  return faults.map(({ path, message }) => `! ${path}: ${message} (${what})`);
}

function timesOf(flags: CreateFlags): ScheduleTimes {
  const { cron, every, timezone, overlap, catchUp, jitter, pauseOnFailure, paused, note } = flags;
  const said = { cron, every, timezone, overlap, catchUp, jitter, pauseOnFailure, paused, note };
  // What it may be is checked with the rest.
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as ScheduleTimes;
}

const only = ({ timezone, jitter }: { timezone: string; jitter: number }): { timezone: string; jitter: number } => ({
  timezone,
  jitter,
});

/** `catchUp` is `--catch-up` to whoever typed it. */
const byFlag = ({ path, message }: SpecFault): SpecFault => ({
  path: path === '' || path === 'name' ? path : `--${path.replace('catchUp', 'catch-up')}`,
  message,
});

/** What is wrong with the spec is told with what is wrong with the times. */
function specOf(read: () => SpecInput): SpecInput | TrainctlError {
  try {
    return read();
  } catch (error) {
    if (error instanceof TrainctlError) return error;
    throw error;
  }
}

/** Words that are no spec but a command want their `--`, as after `run`. */
function refuseCommand({ words, rest }: CommandContext, name: string, command: Command): void {
  const at = words.indexOf(name);
  const meant = meantCommand(command, [...words.slice(0, at), ...words.slice(at + 1)], rest);
  if (!meant) return;
  const next = meant.next?.replace('trainctl run', `trainctl schedule create ${runWord(name)}`);
  throw new TrainctlError('usage', meant.message, next === undefined ? {} : { next });
}
