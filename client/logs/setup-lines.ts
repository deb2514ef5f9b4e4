import type { RunView } from '../view/run-view';
import { LineSplitter } from './lines';
import { type LoggedRun, RunLog } from './run-log';

/** The lines of a run's set-ups: attempt after attempt, as they come. */
export class SetupLines {
  private readonly log: RunLog;
  private splitter = new LineSplitter();
  private attempt = 0;

  constructor(run: LoggedRun) {
    this.log = new RunLog(run, 'setup');
  }

  /** Yields what has come since the last call, given where the run is; the rest of a line once its attempt is over. */
  async *readAvailable(view: RunView): AsyncGenerator<{ attempt: number; line: string }> {
    for await (const { attempt, bytes } of this.log.readAvailable(view)) {
      if (attempt !== this.attempt) yield* this.rest();
      this.attempt = attempt;
      for (const line of this.splitter.push(bytes)) yield { attempt, line };
    }
    if (this.log.complete) yield* this.rest();
  }

  /** The unfinished line of a set-up that is under way, as it stands: how far a download is. */
  get standing(): { attempt: number; line: string } | undefined {
    const line = this.splitter.standing;
    return line === '' || this.log.complete ? undefined : { attempt: this.attempt, line };
  }

  private *rest(): Generator<{ attempt: number; line: string }> {
    for (const line of this.splitter.rest()) yield { attempt: this.attempt, line };
    this.splitter = new LineSplitter();
  }
}
