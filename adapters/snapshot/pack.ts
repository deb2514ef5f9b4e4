import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline, type Readable, Transform } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack as tarPack } from 'tar-stream';
import { codeOf, FileChangedError, SnapshotError } from './errors';
import type { PackedSelection, Selection, SnapshotFile } from './types';

/** Everything that is not content is fixed, so that equal content gives equal bytes on every machine. */
const FIXED = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;

/** The canonical tar of a selection, and its id. The tar's bytes are a function of paths, modes, links and contents alone. */
export function packSelection(selection: Selection): PackedSelection {
  let id: Promise<string> | undefined;
  const sha256 = (): Promise<string> => {
    id ??= hashOf(selection);
    return id;
  };
  return { sha256, tarGz: () => compress(selection, id) };
}

async function hashOf(selection: Selection): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of tarOf(selection)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function compress(selection: Selection, expected: Promise<string> | undefined): Readable {
  const hash = createHash('sha256');
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      Promise.resolve(expected).then(
        (id) => {
          const same = id === undefined || id === hash.digest('hex');
          done(same ? null : new FileChangedError(selection.dir, 'changed'));
        },
        (error: Error) => done(error),
      );
    },
  });
  // Errors reach whoever reads the last stream of the line.
  return pipeline(tarOf(selection), check, createGzip(), () => undefined);
}

function tarOf(selection: Selection): Pack {
  const tar = tarPack();
  addAll(tar, selection).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  return tar;
}

async function addAll(tar: Pack, selection: Selection): Promise<void> {
  for (const file of selection.files) {
    if (tar.destroyed) return;
    if (file.link !== undefined) {
      tar.entry({ ...FIXED, name: file.path, mode: file.mode, type: 'symlink', linkname: file.link });
    } else await addFile(tar, selection.dir, file);
  }
}

async function addFile(tar: Pack, dir: string, file: SnapshotFile): Promise<void> {
  const handle = await openFile(path.join(dir, file.path), file.path);
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) throw new FileChangedError(file.path, 'became something else');
    if (before.size !== BigInt(file.bytes)) throw new FileChangedError(file.path, 'changed its size');
    const header = { ...FIXED, name: file.path, mode: file.mode, type: 'file' as const, size: file.bytes };
    if (file.bytes > CHUNK) await piped(exactly(handle, file), tar.entry(header));
    else await addSmall(tar, header, handle, file);
    const after = await handle.stat({ bigint: true });
    if (after.mtimeNs !== before.mtimeNs || after.size !== before.size)
      throw new FileChangedError(file.path, 'changed');
  } finally {
    await handle.close();
  }
}

/** Without a stream of its own: most files of a project are small. */
async function addSmall(
  tar: Pack,
  header: Parameters<Pack['entry']>[0],
  handle: FileHandle,
  file: SnapshotFile,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of exactly(handle, file)) chunks.push(chunk);
  await new Promise<void>((resolve, reject) => {
    tar.entry(header, Buffer.concat(chunks), (error) => (error ? reject(error) : resolve()));
  });
}

/** As many bytes as the header promised: a tar whose entry is short or long is damaged. */
async function* exactly(handle: FileHandle, file: SnapshotFile): AsyncGenerator<Buffer> {
  let left = file.bytes;
  while (left > 0) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(left, CHUNK)));
    if (bytesRead === 0) throw new FileChangedError(file.path, 'became shorter');
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function openFile(full: string, shown: string): Promise<FileHandle> {
  try {
    // A file that has become a link since must not lead elsewhere, nor a pipe block.
    return await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new FileChangedError(shown, 'vanished');
    if (codeOf(error) === 'ELOOP') throw new FileChangedError(shown, 'became a link');
    if (codeOf(error) === 'EACCES') {
      throw new SnapshotError(
        `${JSON.stringify(shown)} cannot be read: give yourself the right, or name it in .trainctlignore`,
      );
    }
    throw error;
  }
}
