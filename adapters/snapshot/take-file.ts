import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Copy, Slice } from './copy';
import { codeOf, isGone, unreadable } from './errors';

/** How often a file is read again while something replaces its content, with pauses of so many milliseconds. */
const TRIES = 6;
const PAUSE_MS = 20;

export type TakenFile =
  /** `settled`: what was copied is what the file was at some moment. */
  | { slice: Slice; mtimeNs: bigint; settled: boolean }
  /** Why there is nothing to take, as the end of a sentence. */
  | { gone: string };

/**
 * Copies a file as it was at some moment. What is appended meanwhile is not waited for; a file that is deleted or renamed over
 * while it is read is taken as it was; one whose content is being replaced is read again.
 */
export async function takeFile(copy: Copy, full: string, shown: string): Promise<TakenFile> {
  let most = Number.POSITIVE_INFINITY;
  for (let i = 1; ; i++) {
    const handle = await openFile(full, shown);
    if ('gone' in handle) return handle;
    try {
      const before = await handle.stat({ bigint: true });
      if (!before.isFile()) return { gone: 'is no file any more' };
      const bytes = Math.min(Number(before.size), most);
      const slice = await copy.append(handle, bytes);
      const whole = slice.bytes === bytes;
      const { mtimeNs } = before;
      if (whole && (await wasSo(copy, handle, before, slice))) return { slice, mtimeNs, settled: true };
      if (whole && i >= TRIES) return { slice, mtimeNs, settled: false };
      // A file that is cut again and again ends this all the same.
      if (i >= TRIES) most = slice.bytes;
      copy.drop(slice);
    } finally {
      await handle.close();
    }
    await sleep(PAUSE_MS);
  }
}

/** Whether the file still is, or begins with, what was read of it. */
async function wasSo(copy: Copy, handle: FileHandle, before: BigIntStats, slice: Slice): Promise<boolean> {
  const after = await handle.stat({ bigint: true });
  if (after.mtimeNs === before.mtimeNs && after.size === before.size) return true;
  return after.size >= before.size && copy.isStartOf(handle, slice);
}

async function openFile(full: string, shown: string): Promise<FileHandle | { gone: string }> {
  try {
    // A file that has become a link since must not lead elsewhere, nor a pipe block.
    return await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isGone(error)) return { gone: 'was deleted' };
    if (codeOf(error) === 'ELOOP') return { gone: 'became a link' };
    if (codeOf(error) !== 'EACCES') throw error;
    throw unreadable(shown);
  }
}
