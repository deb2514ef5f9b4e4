import { exitCodeOf } from '../../../../contract';
import {
  followRun,
  LineSplitter,
  type RunHandle,
  RunLog,
  RunMetrics,
  type RunView,
  TrainctlError,
  withoutRepeatedSteps,
} from '../../..';
import type { CommandContext } from '../../shared/command';
import { wholeNumber } from '../../shared/numbers';
import { count } from '../../terminal/format';
import { hasTrained } from '../../watch/finish-run';

interface StreamFlags {
  follow?: boolean;
  attempt?: string;
}

/** `trainctl logs`: the bytes as they are; with --json one object a line of text. */
export async function printLog(context: CommandContext, handle: RunHandle, flags: StreamFlags): Promise<number> {
  const { out } = context;
  const only = flags.attempt === undefined ? undefined : wholeNumber('--attempt', flags.attempt);
  if (only !== undefined && !flags.follow) await requireAttempt(handle, only);
  const log = new RunLog(handle, 'log', only);
  const splitters = new Map<number, LineSplitter>();
  const lines = (attempt: number, texts: string[]): void => {
    for (const line of texts) out.value({ attempt, line });
  };
  let empty = true;
  return eachLook(context, handle, flags.follow === true, async (view) => {
    for await (const { attempt, bytes } of log.readAvailable(view)) {
      empty = false;
      if (!out.json) await out.bytes(bytes);
      else {
        const splitter = splitters.get(attempt) ?? new LineSplitter();
        splitters.set(attempt, splitter);
        lines(attempt, splitter.push(bytes));
      }
    }
    if (view.endedAt !== undefined || !flags.follow) {
      for (const [attempt, splitter] of splitters) lines(attempt, splitter.rest());
      if (empty) out.note(noLog(handle.run, view));
    }
  });
}

/** An attempt that a run does not have is a mistake, not an empty log; one that is followed may still come. */
async function requireAttempt(handle: RunHandle, attempt: number): Promise<void> {
  const attempts = await handle.attemptsOf(await handle.status());
  if (attempt <= attempts) return;
  const has = attempts === 0 ? 'no attempt yet' : `only ${count(attempts, 'attempt')}`;
  throw new TrainctlError('not-found', `${handle.run} has ${has}`, { next: `trainctl status ${handle.run}` });
}

/** Why there is nothing to print, so that nobody takes silence for a fault. */
function noLog(run: string, view: RunView): string {
  if (view.endedAt !== undefined && !hasTrained(view)) {
    return `${run} has no log: it ended before its command was started. Why: trainctl status ${run}`;
  }
  return `${run} has written nothing${view.endedAt === undefined ? ` yet (${view.phase})` : ''}`;
}

interface MetricsFlags extends StreamFlags {
  csv?: boolean;
  all?: boolean;
}

/** `trainctl metrics`: a table, CSV, or JSON lines. */
export async function printMetrics(context: CommandContext, handle: RunHandle, flags: MetricsFlags): Promise<number> {
  const { out } = context;
  const only = flags.attempt === undefined ? undefined : wholeNumber('--attempt', flags.attempt);
  if (only !== undefined && !flags.follow) await requireAttempt(handle, only);
  const metrics = new RunMetrics(handle, only);
  if (flags.follow) {
    return eachLook(context, handle, true, async (view) => {
      for await (const row of metrics.readAvailable(view)) out.value({ attempt: row.attempt, ...row.values });
      if (view.endedAt !== undefined)
        for (const row of metrics.rest()) out.value({ attempt: row.attempt, ...row.values });
    });
  }
  const rows = [];
  for await (const row of metrics.readAvailable(await handle.status())) rows.push(row);
  rows.push(...metrics.rest());
  const shown = flags.all ? rows : withoutRepeatedSteps(rows);
  if (out.json) for (const row of shown) out.value({ attempt: row.attempt, ...row.values });
  else if (shown.length === 0)
    out.note(`${handle.run} has written no metrics (append JSON lines to $TRAINCTL_METRICS)`);
  else {
    const names = [...new Set(shown.flatMap((row) => Object.keys(row.values)))];
    const cells = shown.map((row) => [row.attempt, ...names.map((name) => row.values[name])]);
    if (flags.csv) for (const line of [['attempt', ...names], ...cells]) out.whole(line.map(csvCell).join(','));
    else
      out.table(
        ['attempt', ...names],
        cells.map((line) => line.map((cell) => (cell === undefined ? '' : String(cell)))),
      );
  }
  return 0;
}

/** RFC 4180, and nothing that a spreadsheet would take for a formula. */
export function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Calls back once, or at every look until the run's end; answers with the exit code. */
async function eachLook(
  { out }: CommandContext,
  handle: RunHandle,
  follow: boolean,
  look: (view: RunView) => Promise<void>,
): Promise<number> {
  if (!follow) {
    await look(await handle.status());
    return 0;
  }
  for await (const event of followRun(handle)) {
    if (event.kind === 'status') await look(event.view);
    else if (event.kind === 'connection')
      out.note(event.up ? 'connected again' : `connection lost: ${event.why}; asking again`);
    else if (event.kind === 'ended') return exitCodeOf(event.view.outcome ?? 'failed');
  }
  return 0;
}
