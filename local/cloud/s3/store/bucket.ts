import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Error } from '../errors';
import type { DataFiles } from './data-files';
import { readAllJson, writeJson } from './json-files';
import { Locks } from './locks';
import type { Segment, StoredObject } from './records';
import { SortedKeys } from './sorted-keys';
import { Uploads } from './uploads';

/** What a write decided: the new object, `delete`, or to leave things as they are. */
export type Decision = StoredObject | 'delete' | 'keep';

/** One bucket: its objects in memory, each with a metadata file on disk that is the truth. */
export class Bucket {
  readonly keys = new SortedKeys();
  readonly uploads: Uploads;
  private readonly objects = new Map<string, StoredObject>();
  private readonly locks = new Locks();
  /** Set before anything of the bucket is removed, so that a write on its way finds no bucket. */
  deleted = false;

  constructor(
    readonly name: string,
    readonly createdAt: number,
    private readonly dir: string,
    private readonly files: DataFiles,
  ) {
    this.uploads = new Uploads(join(dir, 'uploads'), files);
  }

  /** Reads what is on disk; an object whose bytes are missing (a lost disk, not a crash of ours) is left out. */
  async load(dataNames: ReadonlySet<string>): Promise<void> {
    for (const object of await readAllJson<StoredObject>(join(this.dir, 'objects'))) {
      if (object.segments.every((segment) => dataNames.has(segment.file))) this.objects.set(object.key, object);
    }
    this.keys.fill(this.objects.keys());
    const completed = new Set([...this.objects.values()].map((object) => object.uploadId));
    await this.uploads.load(dataNames, completed);
  }

  /** Every file that something of this bucket refers to. */
  *referenced(): Generator<string> {
    for (const object of this.objects.values()) for (const { file } of object.segments) yield file;
    yield* this.uploads.referenced();
  }

  get(key: string): StoredObject | undefined {
    return this.objects.get(key);
  }

  /** The object of a key, or NoSuchKey. */
  need(key: string): StoredObject {
    const object = this.objects.get(key);
    if (!object) throw new S3Error('NoSuchKey', { Key: key });
    return object;
  }

  /** No object, and none on its way. Open uploads do not count. */
  get empty(): boolean {
    return this.objects.size === 0 && !this.locks.busy;
  }

  /**
   * The only way in which an object changes. `decide` sees the current one and may throw; nobody else can write the key
   * between that and the rename that makes the new one true. Returns the object before.
   */
  async commit(
    key: string,
    decide: (current: StoredObject | undefined) => Decision | Promise<Decision>,
  ): Promise<StoredObject | undefined> {
    return this.locks.run(key, async () => {
      if (this.deleted) throw new S3Error('NoSuchBucket', { BucketName: this.name });
      const before = this.objects.get(key);
      const decision = await decide(before);
      if (decision === 'keep' || (decision === 'delete' && !before)) return before;
      if (decision === 'delete') {
        await rm(this.path(key), { force: true });
        this.objects.delete(key);
        this.keys.delete(key);
        this.uploads.keyDeleted(key);
      } else {
        await writeJson(this.path(key), decision);
        this.objects.set(key, decision);
        if (!before) this.keys.add(key);
      }
      if (before) await this.files.remove(unused(before, decision === 'delete' ? undefined : decision));
      return before;
    });
  }

  private path(key: string): string {
    const hash = createHash('sha256').update(key).digest('hex');
    return join(this.dir, 'objects', hash.slice(0, 2), `${hash}.json`);
  }
}

function unused(before: StoredObject, now: StoredObject | undefined): Segment[] {
  const kept = new Set(now?.segments.map((segment) => segment.file));
  return before.segments.filter((segment) => !kept.has(segment.file));
}
