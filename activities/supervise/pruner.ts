import { type AttachCommand, type Lineage, MISSING_A_LINE, type NodeRef } from '../../contract';
import { pruneRun } from '../checkpoints';
import { type ActivityDeps, messageOf } from '../step';

/** At most one pruning in so many milliseconds, however often checkpoints come. */
const SELDOM_MS = 30_000;

/**
 * Removes old checkpoints while new ones come, and tells the agent which parts S3 has lost of what it believes to be there. Best
 * effort: the run's end prunes once more.
 */
export class Pruner {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private lastAt = 0;
  private readonly over = new AbortController();
  private send: (command: AttachCommand) => void = () => {};

  constructor(
    private readonly deps: Pick<ActivityDeps, 'store' | 'settings' | 'log'>,
    private readonly node: NodeRef,
    private readonly keep: number,
    private readonly lineage?: Lineage,
  ) {}

  /** Who is attached now. */
  attached(send: (command: AttachCommand) => void): void {
    this.send = send;
  }

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
      const options = { keep: this.keep, lineage: this.lineage, training: this.node.attempt };
      const { missing } = await pruneRun(this.deps, this.node, options, this.over.signal);
      if (missing.length > 0) this.deps.log.warn({ parts: missing.length }, 'S3 lacks parts of the newest checkpoint');
      for (let at = 0; at < missing.length; at += MISSING_A_LINE) {
        this.send({ t: 'missing', parts: missing.slice(at, at + MISSING_A_LINE) });
      }
    } catch (error) {
      if (!this.over.signal.aborted) this.deps.log.warn({ error: messageOf(error) }, 'old checkpoints not removed yet');
    }
  }
}
