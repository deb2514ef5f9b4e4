import { EXIT_CODES, shownId, unreadableWords } from '../../../../contract';
import { type RunHandle, RunMetrics, withoutRepeatedSteps } from '../../..';
import type { CommandContext } from '../../shared/command';
import { clip, plain } from '../../terminal/text';
import { attemptAsked, eachLook, type StreamFlags } from '../../watch/streams';
import { csvCell } from './csv';

export interface MetricsFlags extends StreamFlags {
  csv?: boolean;
  all?: boolean;
}

/** `trainctl metrics`: a table, CSV, or JSON lines. */
export async function printMetrics(context: CommandContext, handle: RunHandle, flags: MetricsFlags): Promise<number> {
  const { out } = context;
  const only = await attemptAsked(handle, flags);
  const metrics = new RunMetrics(handle, only);
  if (flags.follow) {
    const noted = new Set<number>();
    return eachLook(context, handle, true, async (view) => {
      for await (const row of metrics.readAvailable(view)) out.value({ attempt: row.attempt, ...row.values });
      if (view.endedAt !== undefined)
        for (const row of metrics.rest()) out.value({ attempt: row.attempt, ...row.values });
      for (const [attempt, { firstLine, why }] of metrics.unreadable) {
        if (!noted.has(attempt))
          out.note(`attempt ${attempt}: line ${firstLine} of the metrics cannot be read: ${why}`);
        noted.add(attempt);
      }
    });
  }
  const rows = [];
  const view = await handle.status();
  for await (const row of metrics.readAvailable(view)) rows.push(row);
  rows.push(...metrics.rest());
  const shown = flags.all ? rows : withoutRepeatedSteps(rows);
  const none = shown.length === 0 && metrics.unreadable.size === 0;
  const lost = none && only === undefined && Object.keys(view.lastMetrics ?? {}).length > 0;
  if (lost) {
    const step = view.step === undefined ? '' : `, up to step ${view.step}`;
    out.note(`${shownId(handle.run)} has written metrics${step}, which are no longer in S3`);
    return EXIT_CODES.invalid;
  }
  if (out.json) for (const row of shown) out.value({ attempt: row.attempt, ...row.values });
  else if (none) out.note(`${shownId(handle.run)} has written no metrics (append JSON lines to $TRAINCTL_METRICS)`);
  else if (shown.length > 0) {
    const names = [...new Set(shown.flatMap((row) => Object.keys(row.values)))];
    const cells = shown.map((row) => [row.attempt, ...names.map((name) => row.values[name])]);
    if (flags.csv) for (const line of [['attempt', ...names], ...cells]) out.whole(line.map(csvCell).join(','));
    else
      out.table(
        ['attempt', ...names].map(tableCell),
        cells.map((line) => line.map(tableCell)),
      );
  }
  for (const [attempt, unreadable] of metrics.unreadable)
    out.note(`attempt ${attempt}: ${unreadableWords(unreadable)}`);
  return 0;
}

/** Columns. A text of any length may be among the values; CSV and JSON have it whole. */
const WIDEST = 32;

/** A value, or a name, for one line of a table. */
export function tableCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return clip(plain(text.slice(0, 1024).replace(/\s+/g, ' ')), WIDEST);
}
