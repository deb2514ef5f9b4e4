import { Readable } from 'node:stream';
import type { ObjectReader } from '../../../client';

/** Objects in a map, read as the client reads S3; `gets` says which were asked for. */
export class MemoryObjects implements ObjectReader {
  readonly objects = new Map<string, Buffer>();
  readonly gets: string[] = [];
  readonly lists: { prefix: string; startAfter?: string }[] = [];

  set(key: string, body: string | Buffer): this {
    this.objects.set(key, Buffer.from(body));
    return this;
  }

  async get(key: string, range?: { from: number; end: number }): Promise<Uint8Array | undefined> {
    this.gets.push(key);
    const body = this.objects.get(key);
    return range ? body?.subarray(range.from, range.end) : body;
  }

  async stream(key: string): Promise<Readable | undefined> {
    const body = this.objects.get(key);
    return body && Readable.from([body]);
  }

  async *list(prefix: string, options: { startAfter?: string } = {}): AsyncGenerator<{ key: string; bytes: number }> {
    this.lists.push({ prefix, ...options });
    for (const key of [...this.objects.keys()].sort()) {
      if (!key.startsWith(prefix) || key <= (options.startAfter ?? '')) continue;
      yield { key, bytes: this.objects.get(key)?.length ?? 0 };
    }
  }
}
