import { createHash } from 'node:crypto';
import {
  chmod,
  type FileHandle,
  link as hardLink,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  symlink,
  utimes,
} from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../adapters/settings';
import { MANIFEST_BYTES, readManifestFacts } from '../../contract';
import { TrainctlError } from '../errors';
import { markFetched } from '../mark-fetched';
import type { ObjectReader } from '../objects';
import { makeParents } from '../safe-path';
import { type Manifest, type ManifestFile, readManifest } from './manifest';

/** Reads what a checkpoint holds. Its host wrote it: what the one reader of manifests calls damage is looked at no further. */
export async function checkpointManifest(objects: ObjectReader, key: string): Promise<Manifest> {
  const body = await objects.get(key, { from: 0, end: MANIFEST_BYTES + 1 });
  if (body === undefined) {
    throw new TrainctlError('not-found', `the checkpoint ${key} is gone`, { next: 'trainctl checkpoints ls RUN' });
  }
  const unreadable = (why: string) => new TrainctlError('damaged', `checkpoint ${key} cannot be read: ${why}`);
  if (body.length > MANIFEST_BYTES) throw unreadable('its manifest is larger than any that an agent writes');
  const text = Buffer.from(body).toString('utf8');
  const reading = readManifestFacts(text);
  if (reading.kind !== 'read') throw unreadable(reading.why);
  return readManifest(JSON.parse(text), key);
}

export function manifestBytes(manifest: Manifest): number {
  return manifest.files.reduce((sum, file) => sum + file.size, 0);
}

/**
 * Downloads a checkpoint into a folder that is not there yet, verifying every part. The folder appears whole or not at all.
 * Returns the number of files and bytes.
 */
export async function downloadCheckpoint(
  objects: ObjectReader,
  key: string,
  target: string,
  onBytes: (count: number) => void = () => undefined,
): Promise<{ files: number; bytes: number }> {
  const manifest = await checkpointManifest(objects, key);
  makeFolder(path.dirname(target));
  const fresh = await mkdtemp(path.join(path.dirname(target), `.${path.basename(target)}-`));
  try {
    for (const dir of manifest.dirs) await mkdir(makeParents(fresh, dir), { recursive: true });
    const parts = key.replace(/\d{12,15}\/manifest\.json$/, 'parts/');
    const { sparse, sameAs, folders } = manifest.hints;
    for (const file of manifest.files) {
      const first = sameAs.get(file.path);
      if (first !== undefined) await hardLink(path.join(fresh, first), makeParents(fresh, file.path));
      else await writeFile(objects, parts, fresh, file, sparse.has(file.path), onBytes);
    }
    for (const { path: name, link } of manifest.links) await symlink(link, makeParents(fresh, name));
    await markFetched(fresh);
    await chmod(fresh, 0o755);
    // Last, for whatever is put into a folder dates it anew. Its owner may go on writing in it.
    for (const { path: name, mode, mtime } of folders) {
      await chmod(path.join(fresh, name), mode | 0o700);
      await utimes(path.join(fresh, name), mtime, mtime);
    }
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') {
      throw new TrainctlError('usage', `${target} is there already`, { next: 'name another folder with --to' });
    }
    throw error;
  }
  return { files: manifest.files.length + manifest.links.length, bytes: manifestBytes(manifest) };
}

async function writeFile(
  objects: ObjectReader,
  parts: string,
  root: string,
  file: ManifestFile,
  sparse: boolean,
  onBytes: (count: number) => void,
): Promise<void> {
  const full = makeParents(root, file.path);
  const handle = await open(full, 'wx', 0o600);
  let at = 0;
  try {
    for (const part of file.parts) {
      const body = await objects.stream(parts + part.sha256);
      if (!body) throw damaged(file.path, `part ${part.sha256.slice(0, 12)} is missing`);
      const digest = createHash('sha256');
      let count = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        count += chunk.length;
        if (count > part.bytes) throw damaged(file.path, `part ${part.sha256.slice(0, 12)} is too long`);
        digest.update(chunk);
        if (!sparse || chunk.some((byte) => byte !== 0)) await writeAll(handle, chunk, at);
        at += chunk.length;
        onBytes(chunk.length);
      }
      if (count !== part.bytes || digest.digest('hex') !== part.sha256) {
        throw damaged(file.path, `part ${part.sha256.slice(0, 12)} does not have the content of its name`);
      }
    }
    await handle.truncate(at);
    await handle.sync();
    await handle.chmod((file.mode & 0o777) | 0o400);
  } finally {
    await handle.close();
  }
  if (file.mtime !== undefined) await utimes(full, file.mtime, file.mtime);
}

async function writeAll(handle: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await handle.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
  }
}

function damaged(file: string, why: string): TrainctlError {
  return new TrainctlError('damaged', `${JSON.stringify(file)} of the checkpoint is damaged: ${why}`, {
    next: 'take the one before it: trainctl checkpoints ls RUN',
  });
}
