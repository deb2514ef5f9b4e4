import { loadSettings } from '../../../../adapters/settings';
import { shownId } from '../../../../contract';
import { formatDuration } from '../../../../contract/schema';
import { checkSchedule, type SuiteScheduleView, TrainctlError } from '../../..';
import { confirmMoney } from '../../launch/prepare';
import type { CommandContext } from '../../shared/command';
import { openClient, readySettings, withClient } from '../../shared/session';
import { confirm } from '../../terminal/ask';
import { usd } from '../../terminal/format';
import { plain } from '../../terminal/text';
import { estimateFor, plansOf, showEstimate } from './estimate';
import { wordsOf } from './follow';
import { readSuiteFlags, refuse, type SuiteFlags } from './options';

export interface ScheduleFlags extends SuiteFlags {
  cron?: string[];
  timezone?: string;
  only?: string[];
  yes?: boolean;
}

/** `trainctl e2e schedule`: the suite by the clock. */
export async function setSchedule(context: CommandContext, flags: ScheduleFlags): Promise<number> {
  const { out } = context;
  const settings = loadSettings(context.env);
  const plans = await plansOf(settings);
  const names = (flags.only ?? []).flatMap((text) => text.split(',')).map((name) => name.trim());
  const known = plans.map(({ name }) => name);
  const { options, told, faults } = readSuiteFlags(names, flags, known, '--only');
  const times = { cron: flags.cron ?? [], ...(flags.timezone === undefined ? {} : { timezone: flags.timezone }) };
  const ofTimes = checkSchedule('trainctl-e2e', times).faults.map(({ path, message }) => ({
    path: path === '' ? '' : `--${path}`,
    message: path === '' ? 'no time is given: say --cron "0 3 * * *"' : message,
  }));
  refuse([...ofTimes, ...faults], 'trainctl e2e schedule --help');
  const estimate = estimateFor(
    plans.filter(({ name }) => options.only.includes(name)),
    options.parallel,
  );
  readySettings(context.env);
  if (!out.json) showEstimate(out, estimate);
  const question = `Run these on AWS at each of these times (about ${usd(estimate.usd)}, at most ${usd(options.maxUsd)} each)?`;
  await confirmMoney(settings, question, flags.yes, 'trainctl e2e --list');
  const client = await openClient(settings);
  try {
    const view = await client.suites.schedule.set(times, { ...told, pauseAfter: options.pauseAfter });
    tell(context, view);
    return 0;
  } finally {
    await client.close();
  }
}

export const showSchedule = (context: CommandContext): Promise<number> =>
  withClient(context, async ({ suites }) => {
    tell(context, await suites.schedule.get());
    return 0;
  });

export const pauseSchedule = (context: CommandContext, note?: string): Promise<number> =>
  withClient(context, async ({ suites }) => {
    tell(context, await suites.schedule.pause(note));
    return 0;
  });

export const resumeSchedule = (context: CommandContext, note?: string): Promise<number> =>
  withClient(context, async ({ suites }) => {
    tell(context, await suites.schedule.resume(note));
    return 0;
  });

export const removeSchedule = (context: CommandContext, yes = false): Promise<number> =>
  withClient(context, async ({ suites }) => {
    const { out } = context;
    const { schedule } = await suites.schedule.get();
    const question = `Remove the schedule ${shownId(schedule)} of the end-to-end suite?`;
    if (!yes && !(await confirm(question, 'say --yes, or only pause it: trainctl e2e schedule pause')))
      throw new TrainctlError('usage', 'nothing was removed');
    const { open } = await suites.schedule.remove();
    if (out.json) out.value({ schedule, removed: true, open });
    else out.line(`removed ${shownId(schedule)}`);
    if (!out.json) for (const suite of open) out.whole(`  ${shownId(suite)} goes on; end it: ${wordsOf(suite).stop}`);
    return 0;
  });

function tell({ out }: CommandContext, view: SuiteScheduleView): void {
  if (out.json) {
    out.value(view);
    return;
  }
  const { bold, dim, yellow } = out.colors;
  const row = (name: string, text: string): void => out.whole(`  ${dim(name.padEnd(16))}${text}`);
  const times = view.cron.map((text) => `${text} ${view.timezone}`).join(', ') || 'by hand only';
  out.whole(`${bold(shownId(view.schedule))} ${view.paused ? yellow('paused') : 'active'} · ${times}`);
  if (view.note !== '') row('note', plain(view.note));
  row('next', view.paused ? 'none while it is paused: trainctl e2e schedule resume' : (view.next[0] ?? 'never'));
  row('overlap', 'skip: a time that comes while a suite is open is left out');
  row('missed times', `made up for within ${formatDuration(view.catchUp)}`);
  row('options', plain(JSON.stringify(view.options)));
  const { started, overlapped, missed } = view.counts;
  row('so far', `${started} started, ${overlapped} left out since one was open, ${missed} missed`);
  for (const { suite, at } of view.started.slice(0, 5)) row('suite', `${shownId(suite)}  ${at}`);
  const [last] = view.started;
  if (last) row('more', wordsOf(last.suite).follow);
}
