import type { UnreadableLines } from '../contract';
import { LineSplitter } from './logs/lines';
import { type LoggedRun, RunLog } from './logs/run-log';
import { readLine, stepOf } from './metric-lines';
import type { RunView } from './view/run-view';

/** One line of metrics, and the attempt that wrote it. */
export interface MetricsRow {
  attempt: number;
  /** By name; nested ones as `eval/loss`. What is no finite number is NaN, Infinity or -Infinity as text. */
  values: Record<string, unknown>;
}

/** Reads the metrics of a run as they come. Lines that say nothing, or no step where they should, are counted as the agent counts them. */
export class RunMetrics {
  /** By attempt: the lines that could not be read. */
  readonly unreadable = new Map<number, UnreadableLines>();
  private readonly log: RunLog;
  private readonly splitters = new Map<number, { lines: LineSplitter; line: number }>();

  constructor(run: LoggedRun, attempt?: number) {
    this.log = new RunLog(run, 'metrics', attempt);
  }

  async *readAvailable(view: RunView): AsyncGenerator<MetricsRow> {
    for await (const { attempt, bytes } of this.log.readAvailable(view)) {
      const splitter = this.splitters.get(attempt) ?? { lines: new LineSplitter(), line: 0 };
      this.splitters.set(attempt, splitter);
      for (const line of splitter.lines.push(bytes)) yield* this.row(attempt, line);
    }
  }

  /** Last lines without a newline; when nothing more will come. */
  *rest(): Generator<MetricsRow> {
    for (const [attempt, { lines }] of this.splitters) {
      for (const line of lines.rest()) yield* this.row(attempt, line, true);
    }
  }

  private *row(attempt: number, line: string, cut = false): Generator<MetricsRow> {
    const splitter = this.splitters.get(attempt);
    if (splitter) splitter.line += 1;
    if (line.trim() === '') return;
    const read = readLine(line);
    if ('values' in read) yield { attempt, values: read.values };
    const why = 'values' in read ? read.fault : read.why;
    if (why !== undefined) {
      const known = this.unreadable.get(attempt) ?? {
        lines: 0,
        firstLine: splitter?.line ?? 1,
        why: cut && 'why' in read ? 'it is cut off' : why,
      };
      this.unreadable.set(attempt, { ...known, lines: known.lines + 1 });
    }
  }
}

/**
 * One curve out of several attempts: of a step that was done twice, because an attempt was interrupted past its last
 * checkpoint, only the later attempt's row counts.
 */
export function withoutRepeatedSteps(rows: readonly MetricsRow[]): MetricsRow[] {
  const kept: MetricsRow[] = [];
  let attempt = Number.POSITIVE_INFINITY;
  /** First step of all later attempts; and of this attempt, as far as it has been seen. */
  let taken = Number.POSITIVE_INFINITY;
  let first = Number.POSITIVE_INFINITY;
  for (const row of [...rows].reverse()) {
    if (row.attempt < attempt) {
      attempt = row.attempt;
      taken = Math.min(taken, first);
    }
    const step = stepOf(row.values);
    if (step !== undefined) first = Math.min(first, step);
    if (step === undefined || step < taken) kept.push(row);
  }
  return kept.reverse();
}
