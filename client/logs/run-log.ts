import type { Live } from '../../contract';
import type { RunView } from '../view/run-view';
import type { SegmentReader } from './log-reader';

/** What a log needs of its run; a {@link RunHandle} has it. */
export interface LoggedRun {
  attemptsOf(view: RunView): Promise<number>;
  live(attempt: number): Promise<Live | undefined>;
  log(attempt: number): SegmentReader;
  metrics(attempt: number): SegmentReader;
  setup(attempt: number): SegmentReader;
}

export interface LogChunk {
  attempt: number;
  bytes: Uint8Array;
}

/**
 * The log (or the metrics) of a whole run: attempt after attempt, each complete before the next begins, so that what is
 * joined is byte-identical to what the processes wrote.
 */
export class RunLog {
  private attempt: number;
  private reader: SegmentReader | undefined;
  private over = false;

  constructor(
    private readonly run: LoggedRun,
    private readonly kind: 'log' | 'metrics' | 'setup',
    private readonly only?: number,
  ) {
    this.attempt = only ?? 1;
  }

  /** Yields what can be read now, given where the run is. Call again, with a newer status, for what came since. */
  async *readAvailable(view: RunView): AsyncGenerator<LogChunk> {
    const attempts = this.only ?? (await this.run.attemptsOf(view));
    if (this.over && this.attempt === attempts) return;
    this.over = false;
    while (this.attempt <= attempts) {
      if (this.kind === 'setup' && this.hasNoSetup(view)) {
        if (this.attempt === attempts) return;
        this.next();
        continue;
      }
      // Asked before reading: what is complete now will be read to its end below.
      const complete = await this.isComplete(view);
      this.reader ??= this.run[this.kind](this.attempt);
      for await (const bytes of this.reader.readAvailable()) yield { attempt: this.attempt, bytes };
      // What a host still uploads of its training may come late; a set-up has sent all when its step is over.
      this.over = complete && this.kind === 'setup' && this.attempt === attempts;
      if (!complete || this.attempt === attempts) return;
      this.next();
    }
  }

  /** Of a set-up: all that the newest attempt's has written has been read. */
  get complete(): boolean {
    return this.over;
  }

  private next(): void {
    this.attempt += 1;
    this.reader = undefined;
  }

  /** Where the stages are known, an attempt without that one has written nothing (yet). */
  private hasNoSetup(view: RunView): boolean {
    const status = view.attempts.find((attempt) => attempt.number === this.attempt);
    return status !== undefined && !status.stages.some((stage) => stage.name === 'setup');
  }

  /** Nothing more can be written: the instance is gone, or its agent said its last word and all of it is in S3. */
  private async isComplete(view: RunView): Promise<boolean> {
    if (view.endedAt !== undefined) return true;
    const status = view.attempts.find((attempt) => attempt.number === this.attempt);
    if (this.kind === 'setup') {
      if (view.attempts.some((a) => a.number > this.attempt) || status?.ended !== undefined) return true;
      return status?.stages.some((s) => s.name === 'setup' && s.state !== 'running') ?? false;
    }
    if (status?.terminatedAt !== undefined || status?.ended === 'not-started') return true;
    // A later attempt trains only once this one can write no more, however long its cleanup takes.
    if (view.attempts.some((a) => a.number > this.attempt && a.stages.some((s) => s.name === 'train'))) return true;
    const live = view.live?.attempt === this.attempt ? view.live : await this.run.live(this.attempt);
    return live?.phase === 'final';
  }
}
