import { type RunListEntry, shownId } from '../../../../contract';
import type { ScheduleView, TrainctlClient } from '../../..';
import type { CommandContext } from '../../shared/command';
import { withClient } from '../../shared/session';
import { ago, duration } from '../../terminal/format';
import { plain } from '../../terminal/text';
import { timesText } from './words';

/** `trainctl schedule ls`. */
export async function listSchedules(context: CommandContext, { names = false }: { names?: boolean }): Promise<number> {
  const { out } = context;
  return withClient(context, async (client) => {
    const views = await client.schedules.list({ onUnreadable: ({ message }) => out.note(`! ${message}`) });
    if (names) {
      if (out.json) out.value(views.map(({ schedule }) => schedule));
      else for (const { schedule } of views) out.whole(shownId(schedule));
      return 0;
    }
    const rows = await Promise.all(views.map(async (view) => ({ ...view, last: await lastOf(client, view) })));
    if (out.json) out.value(rows);
    else if (rows.length === 0) out.note('no schedules yet: trainctl schedule create --help');
    else {
      const now = context.now();
      out.table(
        ['SCHEDULE', 'STATE', 'TIMES', 'NEXT', 'LAST RUN', 'NOTE'],
        rows.map((row) => [
          shownId(row.schedule),
          stateOf(row, out.colors),
          timesText(row),
          nextIn(row, now),
          row.last === null ? '' : `${row.last.outcome ?? row.last.phase} ${ago(row.last.startedAt, now)}`,
          plain(row.note.split('\n', 1)[0] ?? ''),
        ]),
        ['NOTE', 'LAST RUN', 'NEXT'],
      );
    }
    for (const row of rows) {
      if (row.codeKept === false) out.note(`! ${codeGone(row.schedule)}`);
    }
    return 0;
  });
}

export const codeGone = (schedule: string): string =>
  `the code of ${shownId(schedule)} is no longer in S3, and each run of it will end as invalid: make it anew with --replace`;

/** The run that it started last, as a list shows it. */
async function lastOf(client: TrainctlClient, { schedule }: ScheduleView): Promise<RunListEntry | null> {
  const [last] = await client.list({ schedule, limit: 1, steps: false });
  return last ?? null;
}

function stateOf(view: ScheduleView, colors: CommandContext['out']['colors']): string {
  if (view.codeKept === false) return colors.red('code gone');
  return view.paused ? colors.yellow('paused') : 'active';
}

function nextIn(view: ScheduleView, now: Date): string {
  const [next] = view.next;
  if (view.paused || next === undefined) return '';
  return `in ${duration((Date.parse(next) - now.getTime()) / 1000)}`;
}
