import type { NodeRef } from '../../contract';
import { pruneRun } from '../checkpoints';
import { type ActivityDeps, messageOf } from '../step';

/** At most one pruning in so many milliseconds, however often checkpoints come. */
const SELDOM_MS = 30_000;

/** Removes old checkpoints while new ones come. Best effort: the run's end prunes once more. */
export class Pruner {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private lastAt = 0;
  private readonly over = new AbortController();

  constructor(
    private readonly deps: Pick<ActivityDeps, 'store' | 'settings' | 'log'>,
    private readonly node: NodeRef,
    private readonly keep: number,
  ) {}

  checkpointAppeared(): void {
    if (this.timer || this.over.signal.aborted) return;
    const wait = Math.max(0, this.lastAt + SELDOM_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.lastAt = Date.now();
      this.running = this.running.then(() => this.prune());
    }, wait);
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.over.abort();
    await this.running;
  }

  private async prune(): Promise<void> {
    try {
      await pruneRun(this.deps, this.node, this.keep, this.over.signal);
    } catch (error) {
      if (!this.over.signal.aborted) this.deps.log.warn({ error: messageOf(error) }, 'old checkpoints not removed yet');
    }
  }
}
