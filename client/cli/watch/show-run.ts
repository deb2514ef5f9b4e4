import { exitCodeOf, type RunResult } from '../../../contract';
import { type Fact, factsBetween, followRun, newestAttempt, type RunHandle, type RunView } from '../..';
import { usd } from '../terminal/format';
import { LiveView } from '../terminal/live-view';
import type { Output } from '../terminal/output';
import { progress, Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';

export interface FollowRunOptions {
  /** Show the training's own log lines. Default true. */
  log?: boolean;
  signal?: AbortSignal;
  now?: () => Date;
  /** What has been shown of the run before; only what is new since is shown. */
  since?: RunView;
  /** Called at every look at the run, before it is shown. */
  onView?: (view: RunView) => void;
}

/** Log lines that stay visible under the stages on a terminal. */
const LOG_LINES = 6;
/** In a pipe, progress is a line at most this often. */
const PROGRESS_MS = 5_000;

/** Shows a run until it ends (or the signal aborts: then undefined). The view is the last one. */
export async function showRun(
  handle: RunHandle,
  out: Output,
  options: FollowRunOptions = {},
): Promise<RunView | undefined> {
  const screen = out.json ? new JsonScreen(out) : new TextScreen(out, options.now ?? (() => new Date()), options.since);
  let before = options.since;
  let held: Fact[] = [];
  try {
    for await (const event of followRun(handle, {
      log: options.log !== false,
      ...(options.signal ? { signal: options.signal } : {}),
    })) {
      if (event.kind === 'log') {
        screen.log(event.attempt, event.line);
        continue;
      }
      if (before && held.length > 0) screen.facts(held, before);
      held = [];
      if (event.kind === 'status') {
        const { view } = event;
        options.onView?.(view);
        const facts = factsBetween(before, view);
        const end = options.log === false ? facts.length : trainingEnds(facts);
        screen.facts(facts.slice(0, end), view);
        screen.view(view);
        held = facts.slice(end);
        before = view;
      } else if (event.kind === 'connection') screen.connection(event.up, event.why);
      else if (event.kind === 'ended') return event.view;
    }
    return undefined;
  } finally {
    screen.end();
  }
}

/** Where the end of a training stands among facts: its last log lines are told before it. */
function trainingEnds(facts: Fact[]): number {
  const end = facts.findIndex((f) => f.event === 'stage' && f.stage.name === 'train' && f.stage.state !== 'running');
  return end < 0 ? facts.length : end;
}

interface Screen {
  facts(facts: Fact[], view: RunView): void;
  view(view: RunView): void;
  log(attempt: number, line: string): void;
  connection(up: boolean, why: string): void;
  end(): void;
}

/** One JSON object a line; `event` says of what kind. */
class JsonScreen implements Screen {
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

  connection(up: boolean, why: string): void {
    this.out.value({ event: 'connection', up, why });
  }

  end(): void {}
}

/** Lines for people: those that stay, and on a terminal a few that change. */
class TextScreen implements Screen {
  private readonly live: LiveView;
  private readonly renderer: Renderer;
  private readonly tail: string[] = [];
  private current: RunView | undefined;
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
      }
      this.live.print(...this.renderer.fact(fact, view, this.now(), this.under));
    }
  }

  view(view: RunView): void {
    this.current = view;
    if (this.out.live) this.live.show((spinner) => (this.current ? this.frame(this.current, spinner) : []));
    else this.pipedProgress(view);
  }

  log(_attempt: number, line: string): void {
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

  end(): void {
    this.live.end();
  }

  private frame(view: RunView, spinner: string): string[] {
    const now = this.now();
    const lines: string[] = [];
    for (const attempt of view.attempts) {
      for (const stage of attempt.stages) {
        if (stage.state !== 'running') continue;
        const late = attempt.number === this.under ? '' : `attempt ${attempt.number}: `;
        const training = stage.name === 'train' && attempt.number === newestAttempt(view);
        const numbers = training ? [progress(view), usd(view.costUsd)].filter(Boolean).join('  ') : '';
        lines.push(this.renderer.stage(stage, late + (numbers || plain(stage.detail ?? '')), now, spinner));
      }
    }
    if (lines.length === 0 && view.endedAt === undefined)
      lines.push(this.renderer.step({ spinner }, view.phase, this.lost));
    const { dim } = this.out.colors;
    for (const line of this.tail) lines.push(dim(`  │ ${line}`));
    return lines;
  }

  private pipedProgress(view: RunView): void {
    const text = view.phase === 'training' ? progress(view) : '';
    const at = this.now().getTime();
    if (!text || text === this.progressShown || at - this.progressAt < PROGRESS_MS) return;
    this.progressAt = at;
    this.progressShown = text;
    this.out.line(this.renderer.step('running', 'train', `${text}  ${usd(view.costUsd)}`));
  }
}

/** The exit code of an ended run. */
export function codeOf(result: RunResult): number {
  return exitCodeOf(result.outcome);
}
