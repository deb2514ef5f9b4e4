import type { Fact, RunView } from '../..';
import type { Output } from '../terminal/output';
import { BarLines } from './bar-lines';
import type { Screen } from './run-screen';

/** One JSON object a line; `event` says of what kind. */
export class JsonScreen implements Screen {
  private last = '';
  private readonly bars = new BarLines();

  constructor(
    private readonly out: Output,
    private readonly now: () => Date = () => new Date(),
  ) {}

  facts(facts: Fact[], view: RunView): void {
    for (const fact of facts) this.out.value({ ...fact, run: view.run });
  }

  view(view: RunView): void {
    const { step = null, steps, lastMetrics: metrics = null, phase, attemptCount, etaAt, notFinite } = view;
    const shown = {
      event: 'progress',
      run: view.run,
      phase,
      attemptCount,
      step,
      metrics,
      costUsd: view.costUsd,
      ...(steps === undefined ? {} : { steps }),
      ...(etaAt === undefined ? {} : { etaAt }),
      ...(notFinite === undefined ? {} : { notFinite }),
    };
    const key = JSON.stringify([phase, attemptCount, step, metrics]);
    if (key !== this.last) this.out.value(shown);
    this.last = key;
  }

  bar(attempt: number, line: string): void {
    const text = this.bars.next(line, this.now().getTime());
    if (text !== undefined) this.out.value({ event: 'bar', attempt, line: text });
  }

  setupBar(attempt: number, line: string): void {
    const text = this.bars.next(line, this.now().getTime());
    if (text !== undefined) this.out.value({ event: 'setup-bar', attempt, line: text });
  }

  log(attempt: number, line: string): void {
    this.bars.finished();
    this.out.value({ event: 'log', attempt, line });
  }

  setup(attempt: number, line: string): void {
    this.bars.finished();
    this.out.value({ event: 'setup-log', attempt, line });
  }

  connection(up: boolean, why: string): void {
    this.out.value({ event: 'connection', up, why });
  }

  end(): void {}
}
