import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { nodePrefix, parseS3Url } from '../contract';
import { TrainctlError } from './errors';
import type { ObjectReader } from './objects';
import type { RunView } from './run-view';
import { makeParents, safeParts } from './safe-path';

/** One object of a run's outputs, and where it belongs below the folder that a person names. */
export interface OutputFile {
  /** Undefined: the installation's own bucket. */
  bucket?: string;
  key: string;
  path: string;
  bytes: number;
}

/**
 * Everything that a run uploaded as output: what its status says, or, when nobody has said it yet, what lies under the
 * newest attempt that left any.
 */
export async function listOutputs(objects: ObjectReader, view: RunView, attempts: number): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for (const output of view.outputs ?? []) {
    const place = parseS3Url(output.to);
    if (!place) continue;
    const folder = output.from.replace(/\/+$/, '');
    for await (const file of objects.list(place.key, { bucket: place.bucket })) {
      const below = file.key.slice(place.key.length).replace(/^\/+/, '');
      files.push({
        bucket: place.bucket,
        key: file.key,
        path: below ? `${folder}/${below}` : folder,
        bytes: file.bytes,
      });
    }
  }
  if (view.outputs !== undefined) return files;
  for (let attempt = attempts; attempt >= 1; attempt--) {
    const prefix = `${nodePrefix(view.prefix, view.runKey, attempt, 0)}outputs/`;
    for await (const file of objects.list(prefix)) {
      files.push({ key: file.key, path: file.key.slice(prefix.length), bytes: file.bytes });
    }
    if (files.length > 0) return files;
  }
  return files;
}

/** Downloads one output; a partial file never has the name of a whole one. Returns the path it was written to. */
export async function downloadOutput(
  objects: ObjectReader,
  file: OutputFile,
  root: string,
  onBytes: (count: number) => void = () => undefined,
): Promise<string> {
  safeParts(file.path);
  await mkdir(root, { recursive: true });
  const full = makeParents(root, file.path);
  const partial = path.join(path.dirname(full), `.${path.basename(full)}.part`);
  await rm(partial, { force: true });
  const body = await objects.stream(file.key, file.bucket);
  if (!body) throw new TrainctlError('damaged', `${file.key} is gone since it was listed`);
  const handle = await open(partial, 'wx', 0o644);
  try {
    let count = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      count += chunk.length;
      await handle.writeFile(chunk);
      onBytes(chunk.length);
    }
    if (count !== file.bytes) {
      throw new TrainctlError('damaged', `${file.path} came as ${count} bytes, S3 lists ${file.bytes}`);
    }
    await handle.close();
    await rename(partial, full);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
  return full;
}
