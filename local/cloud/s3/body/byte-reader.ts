/** Longest line of framing that is read before giving up, in bytes. */
const MAX_LINE = 8192;

/** Pulls lines and bytes out of a stream without ever holding more than one piece of it. */
export class ByteReader {
  private readonly iterator: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** The next piece of at most `limit` bytes; undefined at the end. */
  async upTo(limit: number): Promise<Buffer | undefined> {
    if (this.rest.length === 0 && !(await this.pull())) return undefined;
    const piece = this.rest.subarray(0, limit);
    this.rest = this.rest.subarray(piece.length);
    return piece;
  }

  /** The next line without its CRLF; undefined if the stream ends before one, or the line is too long to be framing. */
  async line(): Promise<string | undefined> {
    for (let from = 0; ; ) {
      const end = this.rest.indexOf('\r\n', from);
      if (end >= 0) {
        const text = this.rest.toString('latin1', 0, end);
        this.rest = this.rest.subarray(end + 2);
        return text;
      }
      if (this.rest.length > MAX_LINE) return undefined;
      from = Math.max(0, this.rest.length - 1);
      if (!(await this.pull())) return undefined;
    }
  }

  /** Bytes read from the stream but not taken yet. */
  get buffered(): Buffer {
    return this.rest;
  }

  /** Appends the next piece of the stream to what is buffered; false at its end. */
  async pull(): Promise<boolean> {
    const next = await this.iterator.next();
    if (next.done) return false;
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
    return true;
  }

  /** Drops `bytes` of what is buffered. */
  skip(bytes: number): void {
    this.rest = this.rest.subarray(bytes);
  }
}
