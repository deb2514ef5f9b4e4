import { plain } from '../terminal/text';

/** A line is left to be finished for so long; then what stands of it is told, and again that often. Milliseconds. */
const FIRST_MS = 2_000;
const AGAIN_MS = 5_000;

/** Where lines cannot be rewritten: says now and then how a progress bar stands. */
export class BarLines {
  private dueAt: number | undefined;
  private told = '';

  /** The text to tell now; undefined most of the time. `now` is in epoch milliseconds. */
  next(line: string, now: number): string | undefined {
    const text = plain(line);
    this.dueAt ??= now + FIRST_MS;
    if (now < this.dueAt || text === this.told || text.trim() === '') return undefined;
    this.dueAt = now + AGAIN_MS;
    this.told = text;
    return text;
  }

  /** The line has been finished. */
  finished(): void {
    this.dueAt = undefined;
    this.told = '';
  }
}
