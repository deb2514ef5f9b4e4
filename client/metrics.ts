import { LineSplitter } from './logs/lines';
import { type LoggedRun, RunLog } from './logs/run-log';
import type { RunView } from './view/run-view';

/** One line of metrics, as the training wrote it, and the attempt that wrote it. */
export interface MetricsRow {
  attempt: number;
  values: Record<string, unknown>;
}

/** Reads the metrics of a run as they come; lines that are no JSON object are left out, as the agent leaves them out. */
export class RunMetrics {
  private readonly log: RunLog;
  private readonly splitters = new Map<number, LineSplitter>();

  constructor(run: LoggedRun, attempt?: number) {
    this.log = new RunLog(run, 'metrics', attempt);
  }

  async *readAvailable(view: RunView): AsyncGenerator<MetricsRow> {
    for await (const chunk of this.log.readAvailable(view)) {
      const splitter = this.splitters.get(chunk.attempt) ?? new LineSplitter();
      this.splitters.set(chunk.attempt, splitter);
      for (const line of splitter.push(chunk.bytes)) {
        const values = parseRow(line);
        if (values) yield { attempt: chunk.attempt, values };
      }
    }
  }

  /** Last lines without a newline; when nothing more will come. */
  *rest(): Generator<MetricsRow> {
    for (const [attempt, splitter] of this.splitters) {
      for (const line of splitter.rest()) {
        const values = parseRow(line);
        if (values) yield { attempt, values };
      }
    }
  }
}

function parseRow(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  return undefined;
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
    const step = typeof row.values.step === 'number' ? row.values.step : undefined;
    if (step !== undefined) first = Math.min(first, step);
    if (step === undefined || step < taken) kept.push(row);
  }
  return kept.reverse();
}
