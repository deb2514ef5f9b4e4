import type { Fact, RunView } from '../..';

/** What a run that is being followed is shown on. */
export interface Screen {
  facts(facts: Fact[], view: RunView): void;
  view(view: RunView): void;
  log(attempt: number, line: string): void;
  /** The unfinished last line of the log, as it stands. */
  bar(attempt: number, line: string): void;
  /** A line of what the tools of a set-up write. */
  setup(attempt: number, line: string): void;
  /** The unfinished last line of that, as it stands. */
  setupBar(attempt: number, line: string): void;
  connection(up: boolean, why: string): void;
  end(): void;
}
