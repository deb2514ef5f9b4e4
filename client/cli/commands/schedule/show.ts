import { runWord, shownId } from '../../../../contract';
import { OVERLAPS, type RunView, type ScheduleView, type TrainctlClient } from '../../..';
import type { CommandContext } from '../../shared/command';
import { commitText } from '../../shared/commit-text';
import { withClient } from '../../shared/session';
import { ago, duration } from '../../terminal/format';
import { plain } from '../../terminal/text';
import { codeGone } from './list';
import { inTime, timesText } from './words';

/** How many of its runs are shown. */
const RUNS = 5;

/** `trainctl schedule show`: nobody watched its runs, so that why they ended otherwise than well is said here. */
export async function showSchedule(context: CommandContext, asked: string): Promise<number> {
  const { out } = context;
  return withClient(context, async (client) => {
    const view = await client.schedules.get(asked);
    const runs = await newestOf(client, view);
    if (out.json) out.value({ ...view, runs });
    else for (const line of linesOf(context, view, runs)) out.line(line);
    return 0;
  });
}

/** Its newest runs, with the reason of their end. */
async function newestOf(
  client: TrainctlClient,
  { schedule }: ScheduleView,
): Promise<Pick<RunView, 'run' | 'phase' | 'outcome' | 'reason' | 'startedAt' | 'endedAt' | 'costUsd'>[]> {
  const entries = await client.list({ schedule, limit: RUNS, steps: false });
  return Promise.all(
    entries.map(async (entry) => {
      const { run, phase, outcome, startedAt, endedAt, costUsd } = entry;
      const known = { run, phase, startedAt, costUsd: costUsd ?? 0, ...(endedAt === null ? {} : { endedAt }) };
      if (outcome === null) return known;
      if (outcome === 'succeeded') return { ...known, outcome };
      const { reason } = await (await client.get(run)).status();
      return { ...known, outcome, ...(reason === undefined ? {} : { reason }) };
    }),
  );
}

function linesOf(
  { out, now }: Pick<CommandContext, 'out' | 'now'>,
  view: ScheduleView,
  runs: Awaited<ReturnType<typeof newestOf>>,
): string[] {
  const { bold, dim, yellow, red } = out.colors;
  const lines = [
    `${bold(shownId(view.schedule))} ${view.paused ? yellow('paused') : 'active'} · ${timesText(view)} · made ${ago(view.createdAt, now())}`,
  ];
  const row = (name: string, text: string): void => void lines.push(`  ${dim(name.padEnd(16))}${text}`);
  if (view.note !== '') row('note', plain(view.note));
  const next = view.next.length > 0 ? inTime(view.next.slice(0, 3), view.timezone) : 'none of its times will ever come';
  row('next', view.paused ? 'none while it is paused' : next);
  row('overlap', `${view.overlap}: ${OVERLAPS[view.overlap]}`);
  row('missed times', `made up for within ${duration(view.catchUp)}`);
  if (view.pauseOnFailure) row('on failure', 'it is paused');
  row('code', codeText(view));
  if (view.codeKept === false) lines.push(`  ${red('!')} ${codeGone(view.schedule)}`);
  const { started, overlapped, missed } = view.counts;
  row('so far', `${started} started, ${overlapped} left out since a run was open, ${missed} missed`);
  for (const run of runs) {
    const state = run.outcome ?? run.phase;
    row(
      'run',
      `${shownId(run.run)}  ${run.outcome && run.outcome !== 'succeeded' ? red(state) : state}  ${ago(run.startedAt, now())}`,
    );
    for (const line of run.reason?.split('\n') ?? []) lines.push(`${' '.repeat(20)}${plain(line)}`);
  }
  if (runs[0]) row('more', `trainctl ls --schedule ${runWord(view.schedule)}`);
  return lines;
}

function codeText({ code, codeKept, origin }: ScheduleView): string {
  if ('none' in code) return 'none';
  if ('git' in code) return `${code.ref.slice(0, 12)} of ${plain(code.git)}`;
  const where = [origin?.code, origin?.commit && commitText(origin.commit)].filter((text) => text !== undefined);
  const kept = codeKept ? 'kept in S3 while the schedule is there' : 'not in S3';
  return [`snapshot ${code.snapshot.slice(0, 12)}, ${kept}`, ...where.map((text) => plain(text))].join(' · ');
}
