import { runWord, shownId } from '../../../../contract';
import { isOverlap, OVERLAPS, TrainctlError, type Triggered } from '../../..';
import type { CommandContext } from '../../shared/command';
import { withClient } from '../../shared/session';
import { confirm } from '../../terminal/ask';
import { inTime } from './words';

export async function pauseSchedule(context: CommandContext, asked: string, note?: string): Promise<number> {
  const { out } = context;
  return withClient(context, async ({ schedules }) => {
    const view = await schedules.pause(asked, note);
    if (out.json) out.value(view);
    else {
      out.line(`${shownId(view.schedule)} is paused`);
      tellOpen(context, view.open);
    }
    return 0;
  });
}

export async function unpauseSchedule(context: CommandContext, asked: string, note?: string): Promise<number> {
  const { out } = context;
  return withClient(context, async ({ schedules }) => {
    const view = await schedules.unpause(asked, note);
    const [next] = view.next;
    if (out.json) out.value(view);
    else
      out.line(
        `${shownId(view.schedule)} is active; next: ${next === undefined ? 'never' : inTime([next], view.timezone)}`,
      );
    return 0;
  });
}

export async function triggerSchedule(context: CommandContext, asked: string, overlap?: string): Promise<number> {
  if (overlap !== undefined && !isOverlap(overlap)) {
    const known = Object.keys(OVERLAPS).join(', ');
    throw new TrainctlError('usage', `--overlap: "${overlap}" is none: one of ${known}`);
  }
  const { out } = context;
  return withClient(context, async ({ schedules }) => {
    const done = await schedules.trigger(asked, overlap === undefined ? {} : { overlap });
    if (done.kind === 'skipped') throw skipped(asked, done);
    if (out.json) out.value(done);
    else out.whole(triggerText(done));
    return 0;
  });
}

function triggerText(done: Exclude<Triggered, { kind: 'skipped' }>): string {
  switch (done.kind) {
    case 'started':
      return `started ${shownId(done.run)}\n  follow it with: trainctl status ${runWord(done.run)} --watch`;
    case 'waits':
      return `it ${OVERLAPS[done.overlap]}: ${done.open.map(shownId).join(', ')}`;
    default:
      return 'Temporal has taken it, and has not started a run yet: trainctl schedule show tells what became of it';
  }
}

function skipped(asked: string, { open, overlap }: Extract<Triggered, { kind: 'skipped' }>): TrainctlError {
  const [run = ''] = open;
  const why = overlap === 'skip' ? 'overlap is skip' : `by overlap ${overlap} enough wait for its end`;
  return new TrainctlError('refused', `nothing was started: ${open.map(shownId).join(', ')} is open, and ${why}`, {
    next: `wait for it: trainctl status ${runWord(run)} --wait, or start one beside it: trainctl schedule trigger ${runWord(asked)} --overlap allow-all`,
  });
}

export async function removeSchedule(context: CommandContext, asked: string, yes = false): Promise<number> {
  const { out } = context;
  return withClient(context, async ({ schedules }) => {
    const { schedule } = await schedules.get(asked);
    const question = `Remove the schedule ${shownId(schedule)}?`;
    if (!yes && !(await confirm(question, `say --yes, or only pause it: trainctl schedule pause ${runWord(schedule)}`)))
      throw new TrainctlError('usage', 'nothing was removed');
    const { open } = await schedules.remove(schedule);
    if (out.json) out.value({ schedule, removed: true, open });
    else {
      out.line(`removed ${shownId(schedule)}`);
      tellOpen(context, open);
    }
    return 0;
  });
}

/** Neither a pause nor the removal of a schedule ends what it has started. */
function tellOpen({ out }: CommandContext, open: string[]): void {
  for (const run of open) out.whole(`  ${shownId(run)} goes on; end it: trainctl stop ${runWord(run)}`);
}
