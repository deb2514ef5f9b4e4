import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { codeOf, SnapshotError } from './errors';

/** Where a piece of the copy lies. */
export interface Slice {
  from: number;
  bytes: number;
}

/** Bytes that are read at once. */
export const CHUNK = 256 * 1024;

/** Contents of files, copied one behind the other into a file without a name: nobody else changes it, and it ends with us. */
export class Copy {
  private end = 0;

  private constructor(private readonly handle: FileHandle) {}

  static async open(): Promise<Copy> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'trainctl-code-'));
    try {
      return new Copy(await open(path.join(folder, 'copy'), 'wx+', 0o600));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Appends up to `bytes` of a file, from its start. */
  async append(file: FileHandle, bytes: number): Promise<Slice> {
    const from = this.end;
    for await (const chunk of chunksOf(file, 0, bytes)) {
      await this.write(chunk);
      this.end += chunk.length;
    }
    return { from, bytes: this.end - from };
  }

  /** Whether a file still begins with what was copied of it. */
  async isStartOf(file: FileHandle, slice: Slice): Promise<boolean> {
    for (let done = 0; done < slice.bytes; ) {
      const size = Math.min(CHUNK, slice.bytes - done);
      const [there, copied] = await Promise.all([whole(file, done, size), whole(this.handle, slice.from + done, size)]);
      if (!there.equals(copied)) return false;
      done += size;
    }
    return true;
  }

  /** Gives up the last piece. */
  drop(slice: Slice): void {
    this.end = slice.from;
  }

  read(slice: Slice): AsyncGenerator<Buffer> {
    return chunksOf(this.handle, slice.from, slice.bytes);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async write(chunk: Buffer): Promise<void> {
    try {
      for (let done = 0; done < chunk.length; ) {
        done += (await this.handle.write(chunk, done, chunk.length - done, this.end + done)).bytesWritten;
      }
    } catch (error) {
      if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
      throw new SnapshotError(
        `${os.tmpdir()} has no room for a copy of the code: free some, or name another folder with TMPDIR`,
      );
    }
  }
}

/** Up to `bytes` of a file; fewer where it ends. */
async function* chunksOf(file: FileHandle, from: number, bytes: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < bytes; ) {
    const chunk = await whole(file, from + done, Math.min(CHUNK, bytes - done));
    if (chunk.length === 0) return;
    done += chunk.length;
    yield chunk;
  }
}

async function whole(file: FileHandle, from: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, from);
  return buffer.subarray(0, bytesRead);
}
