/** A progress bar of hours is one line; what of it is kept is its newest states. Characters. */
const LONG = 64 * 1024;
const KEPT = 8 * 1024;

/** What is kept of any line that does not end: a host may write nothing but one. Characters. */
const MOST = 2 * 1024 * 1024;

/** Cuts a stream of bytes into lines of text; the unfinished rest is kept until more comes or {@link rest} is asked for. */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8');
  private tail = '';

  push(bytes: Uint8Array): string[] {
    let text = this.decoder.decode(bytes, { stream: true });
    if (this.tail.length >= MOST) {
      const end = text.indexOf('\n');
      if (end < 0) return [];
      text = text.slice(end);
    }
    const parts = (this.tail + text).split('\n');
    this.tail = newest(parts.pop() ?? '');
    return parts.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  /** The unfinished line as it stands: a progress bar, or what a process prints before it goes on. */
  get standing(): string {
    return this.tail;
  }

  /** The last line, when it did not end in a newline. */
  rest(): string[] {
    const last = this.tail + this.decoder.decode();
    this.tail = '';
    return last === '' ? [] : [last];
  }
}

/** Of a long line that rewrites itself with carriage returns, only whole states are left out, and never the last one; of any other, its end. */
function newest(tail: string): string {
  if (tail.length <= LONG) return tail;
  const near = tail.indexOf('\r', tail.length - KEPT);
  const from = near >= 0 && near < tail.length - 1 ? near : tail.slice(0, -1).lastIndexOf('\r');
  return (from < 0 ? tail : tail.slice(from)).slice(0, MOST);
}
