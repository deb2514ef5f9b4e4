import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../adapters/settings';
import { nodePrefix, parseS3Url, runPrefix } from '../contract';
import { TrainctlError } from './errors';
import type { ObjectReader } from './objects';
import { makeParents, safeParts } from './safe-path';
import type { RunView } from './view/run-view';

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
 * newest attempt that left any. Paths are those of the code's folder, without `outputs/` itself: `outputs/model.bin` is
 * `model.bin`, `plots/loss.png` of `outputs: [{ from: plots/ }]` stays so, and a single file has its own name.
 * @throws `refused` when two would have the same path.
 */
export async function listOutputs(objects: ObjectReader, view: RunView, attempts: number): Promise<OutputFile[]> {
  if (view.outputs !== undefined) return distinct(await uploaded(objects, view, view.outputs));
  for (let attempt = attempts; attempt >= 1; attempt--) {
    const prefix = `${nodePrefix(view.prefix, view.runKey, attempt, 0)}outputs/`;
    const files: OutputFile[] = [];
    for await (const { key, bytes } of objects.list(prefix)) {
      files.push({ key, path: key.slice(prefix.length), bytes });
    }
    if (files.length > 0) return files;
  }
  return [];
}

type Uploaded = NonNullable<RunView['outputs']>;

async function uploaded(objects: ObjectReader, view: RunView, outputs: Uploaded): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for (const to of new Set(outputs.map((output) => output.to))) {
    const place = parseS3Url(to);
    if (!place) continue;
    const sharing = outputs.filter((output) => output.to === to);
    // In the run's own folder the agent has made a folder for each output already.
    const own = place.key.startsWith(`${runPrefix(view.prefix, view.runKey)}a/`);
    const only = own || sharing.length > 1 ? undefined : sharing[0];
    for await (const { key, bytes } of objects.list(place.key, { bucket: place.bucket })) {
      const below = key.slice(place.key.length).replace(/^\/+/, '');
      files.push({ bucket: place.bucket, key, path: only ? placeOf(only, below) : below, bytes });
    }
  }
  return files;
}

/** Where a file below the destination of one output belongs. */
function placeOf({ from, files }: Uploaded[number], below: string): string {
  const folder = path.posix.normalize(from).replace(/\/+$/, '');
  const isTheFile = files === 1 && below === path.posix.basename(folder);
  return folder === 'outputs' || folder === '.' || isTheFile ? below : `${folder}/${below}`;
}

/** One file must not silently take the place of another. */
function distinct(files: OutputFile[]): OutputFile[] {
  const seen = new Map<string, OutputFile>();
  for (const file of files) {
    const other = seen.get(file.path);
    if (other) {
      const named = [other, file].map(({ bucket, key }) => (bucket === undefined ? key : `s3://${bucket}/${key}`));
      throw new TrainctlError('refused', `two outputs would both be ${file.path}: ${named.join(' and ')}`, {
        next: 'fetch them from S3, by these addresses',
      });
    }
    seen.set(file.path, file);
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
  makeFolder(root);
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
