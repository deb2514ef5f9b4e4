import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { Copy, type Slice } from './copy';
import { shownName } from './names';
import { takeFile } from './take-file';
import type { Selection } from './types';

/** One entry of a snapshot. A folder is one only when nothing else is in it. */
export type TakenEntry = { path: string; mode: number } & (
  | { kind: 'file'; slice: Slice }
  | { kind: 'link'; link: string }
  | { kind: 'folder' }
);

/** A selection, copied: whatever happens in its folder now, this stays. */
export interface Taken {
  copy: Copy;
  /** Sorted by the bytes of their UTF-8 paths, folders last. */
  entries: TakenEntry[];
  /** Nanoseconds since 1970, by path; of the folders on the way, too. */
  times: Map<string, bigint>;
  warnings: string[];
}

export async function take({ dir, files, folders }: Selection): Promise<Taken> {
  const taken: Taken = { copy: await Copy.open(), entries: [], times: new Map(), warnings: [] };
  try {
    for (const { path: file, mode, link } of files) {
      if (link === undefined) await addFile(taken, dir, file, mode);
      else {
        await noteTime(taken.times, dir, file);
        taken.entries.push({ kind: 'link', path: file, mode, link });
      }
    }
    for (const folder of folders) taken.entries.push({ kind: 'folder', path: folder, mode: 0o755 });
    for (const folder of foldersOf(taken.entries)) await noteTime(taken.times, dir, folder);
    return taken;
  } catch (error) {
    await taken.copy.close();
    throw error;
  }
}

async function addFile(taken: Taken, dir: string, file: string, mode: number): Promise<void> {
  const found = await takeFile(taken.copy, path.join(dir, file), file);
  if ('gone' in found) {
    taken.warnings.push(`${shownName(file)} ${found.gone} while the code was packed: left out`);
    return;
  }
  if (!found.settled)
    taken.warnings.push(
      `${shownName(file)} was rewritten all the while the code was packed: it may be half old, half new`,
    );
  taken.times.set(file, found.mtimeNs);
  taken.entries.push({ kind: 'file', path: file, mode, slice: found.slice });
}

function foldersOf(entries: TakenEntry[]): Set<string> {
  const folders = new Set<string>();
  for (const entry of entries) {
    let folder = entry.kind === 'folder' ? entry.path : path.posix.dirname(entry.path);
    for (; folder !== '.' && !folders.has(folder); folder = path.posix.dirname(folder)) folders.add(folder);
  }
  return folders;
}

/** What has gone meanwhile has no time. */
async function noteTime(times: Map<string, bigint>, dir: string, file: string): Promise<void> {
  const stats = await lstat(path.join(dir, file), { bigint: true }).catch(() => undefined);
  if (stats) times.set(file, stats.mtimeNs);
}
