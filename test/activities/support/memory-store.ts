import { Readable } from 'node:stream';
import { NoSuchObjectError, type ObjectInfo, type ObjectStore } from '../../../adapters/aws';
import type { WriteGrant } from '../../../contract';

/** An object store in memory, with S3's order of keys and the parts of its behaviour that activities build on. */
export class MemoryStore implements ObjectStore {
  readonly region = 'us-east-1';
  readonly objects = new Map<string, { body: Buffer; modifiedAt: number }>();
  readonly lists: string[] = [];
  /** Epoch milliseconds of what is put next; later by a second at each. */
  clock = 1_700_000_000_000;
  grantSeconds = 12 * 3600;

  constructor(readonly bucket = 'trainctl') {}

  private id(key: string, bucket = this.bucket): string {
    return `${bucket}/${key}`;
  }

  async get(key: string, options: { bucket?: string } = {}): Promise<Buffer> {
    const found = this.objects.get(this.id(key, options.bucket));
    if (!found) throw new NoSuchObjectError(options.bucket ?? this.bucket, key);
    return found.body;
  }
  async getStream(key: string): Promise<Readable> {
    return Readable.from([await this.get(key)]);
  }
  async getRange(key: string, from: number, end: number): Promise<Buffer> {
    return (await this.get(key)).subarray(from, end);
  }
  async put(key: string, body: Buffer | string, options: { bucket?: string } = {}): Promise<void> {
    this.clock += 1000;
    this.objects.set(this.id(key, options.bucket), { body: Buffer.from(body), modifiedAt: this.clock });
  }
  async upload(key: string, body: Readable): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk as Buffer));
    await this.put(key, Buffer.concat(chunks));
  }
  async putIfAbsent(key: string, body: Buffer | string): Promise<boolean> {
    if (this.objects.has(this.id(key))) return false;
    await this.put(key, body);
    return true;
  }
  async head(key: string, options: { bucket?: string } = {}) {
    const found = this.objects.get(this.id(key, options.bucket));
    return found && { key, bytes: found.body.length, modifiedAt: found.modifiedAt, etag: '"e"' };
  }
  async *list(prefix: string, options: { bucket?: string; startAfter?: string } = {}): AsyncIterable<ObjectInfo> {
    this.lists.push(prefix);
    const start = `${options.bucket ?? this.bucket}/`;
    const keys = [...this.objects.keys()].filter((id) => id.startsWith(start)).map((id) => id.slice(start.length));
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const key of keys) {
      if (!key.startsWith(prefix)) continue;
      if (options.startAfter !== undefined && Buffer.compare(Buffer.from(key), Buffer.from(options.startAfter)) <= 0) {
        continue;
      }
      const found = this.objects.get(start + key);
      if (found) yield { key, bytes: found.body.length, modifiedAt: found.modifiedAt };
    }
  }
  async delete(keys: string[]): Promise<void> {
    for (const key of keys) this.objects.delete(this.id(key));
  }
  async copy(from: string, to: string): Promise<void> {
    await this.put(to, await this.get(from));
  }
  async presignGet(key: string, options: { bucket?: string } = {}): Promise<string> {
    return `http://s3.test/${options.bucket ?? this.bucket}/${key}?signed`;
  }
  async presignPost(args: { bucket?: string; keyPrefix: string }): Promise<WriteGrant> {
    return {
      url: `http://s3.test/${args.bucket ?? this.bucket}`,
      fields: {},
      keyPrefix: args.keyPrefix,
      expires: Math.floor(Date.now() / 1000) + this.grantSeconds,
    };
  }
  async ensureBucket(): Promise<void> {}
  close(): void {}

  /** Keys of the installation's bucket, in order. */
  keys(): string[] {
    return [...this.objects.keys()].map((id) => id.slice(this.bucket.length + 1)).sort();
  }
}
