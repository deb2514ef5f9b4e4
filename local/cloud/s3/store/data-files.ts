import { randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, type FileHandle, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Segment } from './records';

/** Size of one read; large enough for speed, small enough that many readers stay cheap. */
const READ_BYTES = 256 * 1024;

/** Writes one new file. Nothing refers to it until its owner's metadata does; a file without an owner is swept at start. */
class DataWriter {
  private handle: FileHandle | undefined;
  private size = 0;

  constructor(
    private readonly files: DataFiles,
    private readonly file: string,
  ) {}

  async write(chunk: Buffer): Promise<void> {
    this.handle ??= await this.files.create(this.file);
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await this.handle.write(chunk, done, chunk.length - done);
      done += bytesWritten;
    }
    this.size += chunk.length;
  }

  /** Closes the file, which is there for an empty body too. */
  async finish(): Promise<Segment> {
    this.handle ??= await this.files.create(this.file);
    await this.handle.close();
    return { file: this.file, size: this.size };
  }

  /** Throws away what was written. */
  async abort(): Promise<void> {
    await this.handle?.close().catch(() => undefined);
    await this.files.remove([{ file: this.file, size: 0 }]);
  }
}

/**
 * The bytes of all objects: immutable files of random names, so that no key can name a path. A file that is being read
 * outlives its object until the last reader is done.
 */
export class DataFiles {
  private readonly pins = new Map<string, number>();
  private readonly doomed = new Set<string>();

  constructor(private readonly dir: string) {}

  writer(): DataWriter {
    return new DataWriter(this, newName());
  }

  async create(file: string): Promise<FileHandle> {
    const path = this.path(file);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'wx', 0o600);
  }

  /** Another name for the same bytes; a copy where the file system has no hard links. */
  async duplicate(segment: Segment): Promise<Segment> {
    const copy = { file: newName(), size: segment.size };
    const [from, to] = [this.path(segment.file), this.path(copy.file)];
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
    return copy;
  }

  /** Keeps files from being removed until the answer is called. */
  pin(segments: readonly Segment[]): () => Promise<void> {
    for (const { file } of segments) this.pins.set(file, (this.pins.get(file) ?? 0) + 1);
    return async () => {
      for (const { file, size } of segments) {
        const left = (this.pins.get(file) ?? 1) - 1;
        if (left > 0) this.pins.set(file, left);
        else {
          this.pins.delete(file);
          if (this.doomed.delete(file)) await this.remove([{ file, size }]);
        }
      }
    };
  }

  /** Bytes `start` to `end` (inclusive) of the joined segments. */
  async *read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { file, size } of segments) {
      const [from, to] = [Math.max(0, start - offset), Math.min(size - 1, end - offset)];
      offset += size;
      if (from > to || to < 0) continue;
      yield* createReadStream(this.path(file), { start: from, end: to, highWaterMark: READ_BYTES });
    }
  }

  /** Removes files, or marks those that have readers. */
  async remove(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) {
      if (this.pins.has(file)) this.doomed.add(file);
      else await rm(this.path(file), { force: true });
    }
  }

  /** Names of all files there are. */
  async names(): Promise<Set<string>> {
    const shards = await readdir(this.dir).catch(() => []);
    const lists = await Promise.all(shards.map((shard) => readdir(join(this.dir, shard))));
    return new Set(lists.flat());
  }

  private path(file: string): string {
    return join(this.dir, file.slice(0, 2), file);
  }
}

const newName = (): string => randomBytes(16).toString('hex');
