import type { StageEvent } from '../../../local/stack';
import { duration } from './format';
import { LiveView } from './live-view';
import type { Output } from './output';
import { Renderer } from './renderer';
import { plain } from './text';

/** Shows steps that begin and end, such as servers that start: the running ones spin, the ended ones stay. */
export class StageList {
  private readonly live: LiveView;
  private readonly renderer: Renderer;
  private readonly running = new Map<string, { detail: string; since: number }>();
  private readonly said = new Map<string, string>();

  constructor(
    private readonly out: Output,
    private readonly now: () => number = Date.now,
  ) {
    this.live = new LiveView(out);
    this.renderer = new Renderer(out);
  }

  on({ name, state, detail = '', seconds }: StageEvent): void {
    if (state === 'running') {
      this.running.set(name, { detail, since: this.running.get(name)?.since ?? this.now() });
      // In a pipe nothing spins, so a step that takes long says what it does, once.
      if (!this.out.live && detail && this.said.get(name) !== detail) {
        this.said.set(name, detail);
        this.out.line(this.renderer.step('running', name, plain(detail)));
      }
    } else {
      this.running.delete(name);
      const time = seconds === undefined ? '' : duration(seconds);
      this.live.print(this.renderer.step(state, name, plain(detail), time));
    }
    if (this.out.live) this.live.show((spinner) => this.frame(spinner));
  }

  end(): void {
    this.live.end();
  }

  private frame(spinner: string): string[] {
    return [...this.running].map(([name, { detail, since }]) =>
      this.renderer.step({ spinner }, name, plain(detail), duration((this.now() - since) / 1000)),
    );
  }
}
