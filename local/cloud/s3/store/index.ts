import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Error } from '../errors';
import { compareKeys } from '../keys';
import { Bucket } from './bucket';
import { DataFiles } from './data-files';
import { readAllJson, writeJson } from './json-files';
import { Locks } from './locks';

export type { Bucket } from './bucket';
export type { DataFiles } from './data-files';
export type * from './records';
export type { OpenUpload } from './uploads';

interface BucketFile {
  name: string;
  createdAt: number;
}

/**
 * All buckets below one folder: `names/<bucket>.json`, `buckets/<bucket>/…` with metadata, `data/` with bytes. Metadata is
 * read once at start; bytes that nothing refers to (a crash came between) are removed then.
 */
export class Store {
  readonly files: DataFiles;
  private readonly buckets = new Map<string, Bucket>();
  /** A bucket that is made again waits until the old one is gone from disk. */
  private readonly locks = new Locks();

  constructor(private readonly dir: string) {
    this.files = new DataFiles(join(dir, 'data'));
  }

  async load(): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const names = await this.files.names();
    for (const { name, createdAt } of await readAllJson<BucketFile>(join(this.dir, 'names'))) {
      const bucket = this.open(name, createdAt);
      await bucket.load(names);
      for (const file of bucket.referenced()) names.delete(file);
    }
    // A crash in the middle of DeleteBucket leaves a folder without a name.
    const folders = await readdir(join(this.dir, 'buckets')).catch(() => []);
    for (const folder of folders.filter((name) => !this.buckets.has(name))) {
      await rm(join(this.dir, 'buckets', folder), { recursive: true, force: true });
    }
    await this.files.remove([...names].map((file) => ({ file, size: 0 })));
  }

  list(): Bucket[] {
    return [...this.buckets.values()].sort((a, b) => compareKeys(a.name, b.name));
  }

  get(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  /** The bucket of that name, or NoSuchBucket. */
  need(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', { BucketName: name });
    return bucket;
  }

  /** Makes a bucket, unless there is one of that name. */
  async create(name: string, now: number): Promise<void> {
    await this.locks.run(name, async () => {
      if (this.buckets.has(name)) return;
      await writeJson(this.nameFile(name), { name, createdAt: now } satisfies BucketFile);
      this.open(name, now);
    });
  }

  /** Removes an empty bucket with its open uploads. */
  async delete(name: string): Promise<void> {
    await this.locks.run(name, async () => {
      const bucket = this.need(name);
      if (!bucket.empty) throw new S3Error('BucketNotEmpty', { BucketName: name });
      bucket.deleted = true;
      this.buckets.delete(name);
      await rm(this.nameFile(name), { force: true });
      for (const upload of bucket.uploads.list()) await bucket.uploads.close(upload.info.id, []);
      await rm(join(this.dir, 'buckets', name), { recursive: true, force: true });
    });
  }

  private open(name: string, createdAt: number): Bucket {
    const bucket = new Bucket(name, createdAt, join(this.dir, 'buckets', name), this.files);
    this.buckets.set(name, bucket);
    return bucket;
  }

  private nameFile(name: string): string {
    return join(this.dir, 'names', `${name}.json`);
  }
}
