import path from 'node:path';
import { awsErrorMessage, s3FaultOf } from '../adapters/aws';
import { nodePrefix, parseS3Url, runPrefix } from '../contract';
import { TrainctlError } from './errors';
import type { ObjectReader } from './objects';
import { type IndexedOutput, outputIndex } from './output-index';
import type { RunView } from './view/run-view';

/** One object of a run's outputs, and where it belongs below the folder that a person names. */
export interface OutputFile {
  /** Undefined: the installation's own bucket. */
  bucket?: string;
  key: string;
  path: string;
  bytes: number;
  /** As the host had it; absent when it did not say. */
  mode?: number;
  /** Of an attempt before the last: no later one made it again. */
  attempt?: number;
}

/** A place whose outputs cannot be listed, and why. */
export type OnPlaceFault = (place: string, why: string) => void;

/**
 * Everything that a run uploaded as output, where it says so and in the run's own folder. Attempts before the last count for what
 * no later one made again: each began where the one before had got to. Paths are those of the code's folder, without `outputs/`
 * itself: `outputs/model.bin` is `model.bin`, `plots/loss.png` stays so, and a named file has its own name.
 * @param onFault told of places that cannot be listed; without it, the first of them is thrown
 * @throws `refused` when two would have the same path, or a place cannot be listed
 */
export async function listOutputs(
  objects: ObjectReader,
  view: RunView,
  attempts: number,
  onFault: OnPlaceFault = refuse,
): Promise<OutputFile[]> {
  const lists: { index: IndexedOutput[] | undefined; files: OutputFile[] }[] = [];
  for (let attempt = attempts; attempt >= 1; attempt--) lists.push(await ownOf(objects, view, attempt));
  const indices = lists.map(({ index }) => index);
  const newest = lists.findIndex(({ files, index }) => files.length > 0 || index !== undefined);
  const elsewhere = view.outputs === undefined ? [] : await uploaded(objects, view, view.outputs, indices, onFault);
  const files = distinct(view.bucket, [...(lists[newest]?.files ?? []), ...elsewhere]);
  const seen = new Set(files.map((file) => file.path));
  for (const [i, { files: older }] of lists.entries()) {
    if (i <= newest) continue;
    for (const file of older) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      files.push({ ...file, attempt: attempts - i });
    }
  }
  return files;
}

/** What an attempt left in the run's own folder. */
async function ownOf(objects: ObjectReader, view: RunView, attempt: number) {
  const node = nodePrefix(view.prefix, view.runKey, attempt, 0);
  const prefix = `${node}outputs/`;
  const files: OutputFile[] = [];
  const index = await outputIndex(objects, view, attempt);
  const said = new Map(index?.map((entry) => [entry.name, entry]));
  for await (const { key, bytes } of objects.list(prefix)) {
    const entry = said.get(key.slice(node.length));
    const place = entry?.path?.replace(/^outputs\//, '') ?? key.slice(prefix.length);
    files.push({ key, path: place, bytes, ...modeOf(entry) });
  }
  return { index, files };
}

type Uploaded = NonNullable<RunView['outputs']>;

/** What lies at the destinations of the spec. Others may write there too: where hosts have said what is theirs, that alone counts. */
async function uploaded(
  objects: ObjectReader,
  view: RunView,
  outputs: Uploaded,
  indices: (IndexedOutput[] | undefined)[],
  onFault: OnPlaceFault,
): Promise<OutputFile[]> {
  const known = indices.some((index) => index !== undefined);
  const files: OutputFile[] = [];
  for (const to of new Set(outputs.map((output) => output.to))) {
    const place = parseS3Url(to);
    if (!place || place.key.startsWith(`${runPrefix(view.prefix, view.runKey)}a/`)) continue;
    const sharing = outputs.filter((output) => output.to === to);
    const only = sharing.length > 1 ? undefined : sharing[0];
    const entries = indices.flatMap(
      (index) => index?.filter((e) => !e.own && sharing.some((o) => o.from === e.from)) ?? [],
    );
    const said = new Map(entries.reverse().map((entry) => [entry.name, entry]));
    try {
      for await (const { key, bytes } of objects.list(place.key, { bucket: place.bucket })) {
        const below = key.slice(place.key.length).replace(/^\/+/, '');
        const entry = said.get(below);
        if (known && !entry) continue;
        const name = entry?.path ?? below;
        files.push({
          bucket: place.bucket,
          key,
          path: only ? placeOf(only, name) : name,
          bytes,
          ...modeOf(entry),
        });
      }
    } catch (error) {
      const fault = s3FaultOf(error, '');
      if (!fault) throw error;
      onFault(to, fault.kind === 'missing' ? fault.message : `${fault.message}: ${awsErrorMessage(error)}`);
    }
  }
  return files;
}

const modeOf = (entry: IndexedOutput | undefined): { mode?: number } =>
  entry?.mode === undefined ? {} : { mode: entry.mode };

/** Where a file below the destination of one output belongs. */
function placeOf({ from, files }: Uploaded[number], below: string): string {
  const folder = path.posix.normalize(from).replace(/\/+$/, '');
  const isTheFile = files === 1 && below === path.posix.basename(folder);
  return folder === 'outputs' || folder === '.' || isTheFile ? below : `${folder}/${below}`;
}

/** One file must not silently take the place of another. */
function distinct(own: string, files: OutputFile[]): OutputFile[] {
  const seen = new Map<string, OutputFile>();
  for (const file of files) {
    const other = seen.get(file.path);
    if (other) {
      const named = [other, file].map(({ bucket = own, key }) => `s3://${bucket}/${key}`);
      throw new TrainctlError('refused', `two outputs would both be ${file.path}: ${named.join(' and ')}`, {
        next: 'fetch them from S3, by these addresses',
      });
    }
    seen.set(file.path, file);
  }
  return files;
}

function refuse(place: string, why: string): never {
  throw new TrainctlError('refused', `the outputs in ${place} cannot be listed: ${why}`, {
    next: 'create the bucket again, or ask for the right to read it (s3:ListBucket, s3:GetObject)',
  });
}
