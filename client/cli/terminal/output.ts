import type { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import { columnsThatFit } from './columns';
import { shorten } from './shorten';
import { clip, pad } from './text';

type Stream = Writable & { isTTY?: boolean; columns?: number; rows?: number };

export interface OutputOptions {
  /** Stdout holds JSON alone; all that is for people goes to stderr. */
  json: boolean;
  stdout: Stream;
  stderr: Stream;
  env: NodeJS.ProcessEnv;
}

/** Where a command's words go. */
export class Output {
  readonly json: boolean;
  readonly colors: ReturnType<typeof createColors>;
  private readonly people: Stream;

  constructor(private readonly options: OutputOptions) {
    this.json = options.json;
    this.people = options.json ? options.stderr : options.stdout;
    this.colors = createColors(wantsColor(this.people, options.env));
  }

  /** Whether people read along, so that lines may be rewritten. */
  get live(): boolean {
    return this.people.isTTY === true && this.options.env.TERM !== 'dumb' && !this.options.env.CI;
  }

  /** Width of the terminal; undefined in a pipe, where nothing is cut. */
  get columns(): number | undefined {
    return this.people.isTTY ? (this.people.columns ?? 80) : undefined;
  }

  get rows(): number {
    return this.people.rows ?? 24;
  }

  /** A line for people: stdout, or stderr with --json. Cut to the terminal's width. */
  line(text = ''): void {
    const columns = this.columns;
    this.people.write(`${columns === undefined ? text : shorten(text, columns)}\n`);
  }

  /** A line that must stay whole (a command or a link to copy), however narrow the terminal. */
  whole(text: string): void {
    this.people.write(`${text}\n`);
  }

  /** Words beside the result, always on stderr. */
  note(text: string): void {
    this.options.stderr.write(`${text}\n`);
  }

  /** Bytes of the result itself. Waits when the reader is slow, so that memory stays flat. */
  async bytes(chunk: Uint8Array): Promise<void> {
    if (!this.options.stdout.write(chunk)) {
      await new Promise<void>((resolve) => this.options.stdout.once('drain', resolve));
    }
  }

  /** One JSON document on stdout, in one line. */
  value(document: unknown): void {
    this.options.stdout.write(`${JSON.stringify(document)}\n`);
  }

  /** Control sequences and partial lines of a live view. */
  raw(text: string): void {
    this.people.write(text);
  }

  /**
   * Columns aligned by their widest cell. Where the terminal is too narrow, those of `spare` go one after the other, then the first
   * column is shortened; what is in neither stays.
   */
  table(head: string[], rows: string[][], spare: readonly string[] = []): void {
    const { kept, first } = columnsThatFit(head, rows, spare, this.columns);
    const render = (row: string[]): string =>
      kept
        .map(({ at, room }, i) => {
          const cell = row[at] ?? '';
          const text = at === 0 ? clip(cell, first) : cell;
          return i === kept.length - 1 ? text : pad(text, room);
        })
        .join('  ')
        .trimEnd();
    this.line(this.colors.dim(render(head)));
    for (const row of rows) this.line(render(row));
  }
}

/** https://no-color.org, and FORCE_COLOR as the wider JavaScript world knows it. */
function wantsColor(stream: Stream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}
