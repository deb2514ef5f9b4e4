import type { Fact, RunView } from '../..';
import type { Output } from '../terminal/output';
import type { Screen } from './run-screen';

/** One JSON object a line; `event` says of what kind. */
export class JsonScreen implements Screen {
  private last = '';

  constructor(private readonly out: Output) {}

  facts(facts: Fact[], view: RunView): void {
    for (const fact of facts) this.out.value({ ...fact, run: view.run });
  }

  view(view: RunView): void {
    const { step = null, lastMetrics: metrics = null, phase, attemptCount } = view;
    const shown = { event: 'progress', run: view.run, phase, attemptCount, step, metrics, costUsd: view.costUsd };
    const key = JSON.stringify([phase, attemptCount, step, metrics]);
    if (key !== this.last) this.out.value(shown);
    this.last = key;
  }

  log(attempt: number, line: string): void {
    this.out.value({ event: 'log', attempt, line });
  }

  setup(attempt: number, line: string): void {
    this.out.value({ event: 'setup-log', attempt, line });
  }

  connection(up: boolean, why: string): void {
    this.out.value({ event: 'connection', up, why });
  }

  end(): void {}
}
