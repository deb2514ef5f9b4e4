import { type Fact, newestAttempt, type RunView } from '../..';
import { usd } from '../terminal/format';
import { LiveView } from '../terminal/live-view';
import type { Output } from '../terminal/output';
import { Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';
import { BarLines } from './bar-lines';
import { factLines } from './fact-lines';
import { progress } from './progress';
import type { Screen } from './run-screen';

/** Log lines that stay visible under the stages on a terminal. */
const LOG_LINES = 6;
/** In a pipe, progress is a line at most this often. */
const PROGRESS_MS = 5_000;

/** Lines for people: those that stay, and on a terminal a few that change. */
export class TextScreen implements Screen {
  private readonly live: LiveView;
  private readonly renderer: Renderer;
  private readonly tail: string[] = [];
  /** Whose lines the tail holds. */
  private tailOf: 'setup' | 'log' = 'log';
  private current: RunView | undefined;
  /** The unfinished last line of the log. */
  private standing = '';
  private readonly bars = new BarLines();
  private progressAt = 0;
  private progressShown = '';
  private lost = '';
  /** The attempt below whose heading lines stand now. */
  private under = 1;

  constructor(
    private readonly out: Output,
    private readonly now: () => Date,
    since?: RunView,
  ) {
    if (since) this.under = newestAttempt(since);
    this.live = new LiveView(out);
    this.renderer = new Renderer(out);
  }

  facts(facts: Fact[], view: RunView): void {
    // First, so that a stage never stands as ended above and as running below.
    this.current = view;
    for (const fact of facts) {
      // On a terminal the newest checkpoint stands in the training's own line.
      if (fact.event === 'checkpoint' && this.out.live) continue;
      if (fact.event === 'attempt') {
        this.under = fact.attempt;
        if (fact.attempt > 1) this.tail.length = 0;
        this.standing = '';
      }
      if (fact.event === 'stage' && fact.stage.name === 'setup' && this.tailOf === 'setup') this.forget();
      this.live.print(...factLines(this.renderer, fact, view, this.now(), this.under));
    }
  }

  view(view: RunView): void {
    this.current = view;
    if (this.out.live) this.live.show((spinner) => (this.current ? this.frame(this.current, spinner) : []));
    else this.pipedProgress(view);
  }

  /** On a terminal it stands below the last lines, and moves; in a pipe it is a line now and then. */
  bar(_attempt: number, line: string): void {
    this.stand('log', line);
  }

  setupBar(_attempt: number, line: string): void {
    this.stand('setup', line);
  }

  setup(_attempt: number, line: string): void {
    this.show('setup', line);
  }

  log(_attempt: number, line: string): void {
    this.show('log', line);
  }

  private stand(of: 'setup' | 'log', line: string): void {
    this.turn(of);
    if (this.out.live) this.standing = plain(line);
    else {
      const text = this.bars.next(line, this.now().getTime());
      if (text !== undefined) this.out.line(`  │ ${text}`);
    }
  }

  /** What one has written gives way to the other's. */
  private turn(of: 'setup' | 'log'): void {
    if (of !== this.tailOf) this.forget();
    this.tailOf = of;
  }

  private forget(): void {
    this.tail.length = 0;
    this.standing = '';
    this.bars.finished();
  }

  private show(of: 'setup' | 'log', line: string): void {
    this.turn(of);
    this.standing = '';
    this.bars.finished();
    const text = plain(line);
    if (!this.out.live) this.out.line(`  │ ${text}`);
    else {
      this.tail.push(text);
      if (this.tail.length > LOG_LINES) this.tail.shift();
    }
  }

  connection(up: boolean, why: string): void {
    this.lost = up ? '' : why;
    const words = up ? 'back' : `lost (${plain(why)}); the run goes on, asking again`;
    this.live.print(this.renderer.step(up ? 'done' : 'warning', 'connection', words));
  }

  /** The last lines of a training that is over stay; those of one that failed stand in its reason. */
  end(): void {
    const over = this.current?.endedAt !== undefined && this.current.outcome !== 'failed';
    if (this.out.live && over && this.tailOf === 'log') this.live.print(...this.lastLines());
    this.live.end();
  }

  private lastLines(): string[] {
    const tail = this.standing.trim() === '' ? this.tail : [...this.tail.slice(1 - LOG_LINES), this.standing];
    return tail.map((line) => this.out.colors.dim(`  │ ${line}`));
  }

  private frame(view: RunView, spinner: string): string[] {
    const now = this.now();
    const lines: string[] = [];
    for (const attempt of view.attempts) {
      for (const stage of attempt.stages) {
        if (stage.state !== 'running') continue;
        const late = attempt.number === this.under ? '' : `attempt ${attempt.number}: `;
        const training = stage.name === 'train' && attempt.number === newestAttempt(view);
        const numbers = training ? [progress(view, now), usd(view.costUsd)].filter(Boolean).join('  ') : '';
        lines.push(this.renderer.stage(stage, late + (numbers || plain(stage.detail ?? '')), now, spinner));
      }
    }
    if (lines.length === 0 && view.endedAt === undefined)
      lines.push(this.renderer.step({ spinner }, view.phase, this.lost));
    return [...lines, ...this.lastLines()];
  }

  private pipedProgress(view: RunView): void {
    // Of an attempt that goes on after another nothing is known before its host says it: what is known is the other's.
    const own = view.live !== undefined || newestAttempt(view) === 1;
    const text = view.phase === 'training' && own ? progress(view) : '';
    const at = this.now().getTime();
    if (!text || text === this.progressShown || at - this.progressAt < PROGRESS_MS) return;
    this.progressAt = at;
    this.progressShown = text;
    this.out.line(this.renderer.step('running', 'train', `${progress(view, this.now())}  ${usd(view.costUsd)}`));
  }
}
