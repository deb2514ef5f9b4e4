/** Cuts a stream of bytes into lines of text; the unfinished rest is kept until more comes or {@link rest} is asked for. */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8');
  private tail = '';

  push(bytes: Uint8Array): string[] {
    const parts = (this.tail + this.decoder.decode(bytes, { stream: true })).split('\n');
    this.tail = parts.pop() ?? '';
    return parts.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  /** The last line, when it did not end in a newline. */
  rest(): string[] {
    const last = this.tail + this.decoder.decode();
    this.tail = '';
    return last === '' ? [] : [last];
  }
}
