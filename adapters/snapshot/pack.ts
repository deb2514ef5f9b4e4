import { createHash } from 'node:crypto';
import { pipeline, type Readable } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack as tarPack } from 'tar-stream';
import { CHUNK } from './copy';
import { type Taken, type TakenEntry, take } from './take';
import { packTimes } from './times';
import type { PackedSelection, Selection } from './types';

/** Everything that is not content is fixed, so that equal content gives equal bytes on every machine. */
const FIXED = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };

export interface PackOptions {
  /** One time for all, in nanoseconds since 1970: that of a commit. Default: each its own. */
  time?: bigint;
}

/**
 * Copies a selection, and makes its canonical tar, its id and the list of its times. The tar's bytes are a function of paths,
 * modes, links and contents alone.
 */
export async function packSelection(selection: Selection, { time }: PackOptions = {}): Promise<PackedSelection> {
  const taken = await take(selection);
  try {
    const times = new Map([...taken.times].map(([file, own]) => [file, time ?? own]));
    return {
      sha256: await hashOf(taken),
      times: packTimes(times),
      warnings: taken.warnings,
      files: taken.entries.filter(({ kind }) => kind !== 'folder').length,
      bytes: taken.entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.slice.bytes : 0), 0),
      // Errors reach whoever reads the last stream of the line.
      tarGz: (): Readable => pipeline(tarOf(taken), createGzip(), () => undefined),
      close: () => taken.copy.close(),
    };
  } catch (error) {
    await taken.copy.close();
    throw error;
  }
}

async function hashOf(taken: Taken): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of tarOf(taken)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function tarOf(taken: Taken): Pack {
  const tar = tarPack();
  addAll(tar, taken).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  return tar;
}

async function addAll(tar: Pack, taken: Taken): Promise<void> {
  for (const entry of taken.entries) {
    if (tar.destroyed) return;
    const { path: name, mode } = entry;
    if (entry.kind === 'link') tar.entry({ ...FIXED, name, mode, type: 'symlink', linkname: entry.link });
    else if (entry.kind === 'folder') tar.entry({ ...FIXED, name: `${name}/`, mode, type: 'directory' });
    else await addFile(tar, taken, entry);
  }
}

async function addFile(tar: Pack, { copy }: Taken, file: TakenEntry & { kind: 'file' }): Promise<void> {
  const header = { ...FIXED, name: file.path, mode: file.mode, type: 'file' as const, size: file.slice.bytes };
  if (file.slice.bytes > CHUNK) return piped(copy.read(file.slice), tar.entry(header));
  // Without a stream of its own: most files of a project are small.
  const chunks: Buffer[] = [];
  for await (const chunk of copy.read(file.slice)) chunks.push(chunk);
  await new Promise<void>((resolve, reject) => {
    tar.entry(header, Buffer.concat(chunks), (error) => (error ? reject(error) : resolve()));
  });
}
