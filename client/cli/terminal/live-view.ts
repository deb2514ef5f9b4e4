import type { Output } from './output';
import { shorten } from './shorten';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/**
 * The lines at the bottom of a terminal that change, below those that stay. Without a terminal the changing lines are not
 * shown at all.
 */
export class LiveView {
  private drawn = 0;
  private frame = 0;
  private timer: NodeJS.Timeout | undefined;
  private lines: (spinner: string) => string[] = () => [];

  constructor(private readonly out: Output) {}

  /** Sets what is shown from now on; called again for every frame, with the spinner's present shape. */
  show(lines: (spinner: string) => string[]): void {
    this.lines = lines;
    if (!this.out.live) return;
    if (!this.timer) {
      this.out.raw(HIDE_CURSOR);
      process.once('exit', this.restore);
      this.timer = setInterval(() => this.redraw(), FRAME_MS);
      this.timer.unref();
    }
    this.redraw();
  }

  /** A line that stays. */
  print(...lines: string[]): void {
    if (lines.length === 0) return;
    this.erase();
    for (const line of lines) this.out.line(line);
    if (this.timer) this.redraw();
  }

  /** Ends the changing part; nothing of it stays. */
  end(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.erase();
    process.off('exit', this.restore);
    this.restore();
  }

  /** A terminal without a cursor is a bad farewell, also when the process exits in the middle. */
  private readonly restore = (): void => this.out.raw(SHOW_CURSOR);

  private redraw(): void {
    this.frame = (this.frame + 1) % SPINNER.length;
    const columns = this.out.columns ?? 80;
    const room = Math.max(1, this.out.rows - 2);
    const lines = this.lines(SPINNER[this.frame] ?? '').slice(-room);
    const text = lines.map((line) => `\u001b[2K${shorten(line, columns)}\n`).join('');
    this.out.raw(`${this.up()}${text}\u001b[0J`);
    this.drawn = lines.length;
  }

  private erase(): void {
    if (this.drawn > 0) this.out.raw(`${this.up()}\u001b[0J`);
    this.drawn = 0;
  }

  private up(): string {
    return this.drawn > 0 ? `\u001b[${this.drawn}A\r` : '';
  }
}
