import { StringDecoder } from 'node:string_decoder';

/** A line of the agent's protocol is at most some KiB; one past this is no line of ours. */
const MAX_LINE = 4 * 1024 * 1024;

/** Cuts a byte stream into lines; a character that two chunks share stays whole. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  add(data: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(data)).split('\n');
    this.#rest = parts.pop() ?? '';
    if (this.#rest.length > MAX_LINE) throw new Error(`a line of more than ${MAX_LINE} characters`);
    for (const line of parts) this.onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  /** Gives the last line if it had no newline. */
  end(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last !== '') this.onLine(last);
  }
}
