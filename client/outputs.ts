import { nodePrefix, parseS3Url } from '../contract';
import { TrainctlError } from './errors';
import { type LostOutputs, lostOf } from './lost-outputs';
import type { ObjectReader } from './objects';
import { isOwn, type LeftByAttempt, type OutputFile, ownPath, placeOf, type Uploaded } from './output-files';
import { type IndexedOutput, outputIndex } from './output-index';
import { type OnPlaceFault, placeFault, refusePlace } from './output-places';
import type { RunView } from './view/run-view';

/** The outputs of a run as they are in S3. */
export interface FoundOutputs {
  files: OutputFile[];
  /** What it had left there, and is there no longer. */
  lost: LostOutputs[];
}

/** {@link findOutputs}, without what is lost. */
export async function listOutputs(
  objects: ObjectReader,
  view: RunView,
  attempts: number,
  onFault: OnPlaceFault = refusePlace,
): Promise<OutputFile[]> {
  return (await findOutputs(objects, view, attempts, onFault)).files;
}

/**
 * Everything that a run uploaded as output, where it says so and in the run's own folder. Attempts before the last count for what
 * no later one made again: each began where the one before had got to. Paths are those of the code's folder, without `outputs/`
 * itself: `outputs/model.bin` is `model.bin`, `plots/loss.png` stays so, and a named file has its own name.
 * @param onFault told of places that cannot be listed; without it, the first of them is thrown
 * @throws `refused` when two would have the same path, or a place cannot be listed
 */
export async function findOutputs(
  objects: ObjectReader,
  view: RunView,
  attempts: number,
  onFault: OnPlaceFault = refusePlace,
): Promise<FoundOutputs> {
  const left: LeftByAttempt[] = [];
  for (let attempt = attempts; attempt >= 1; attempt--) left.push(await ownOf(objects, view, attempt, onFault));
  const newest = left.findIndex(({ files, index }) => files.length > 0 || index !== undefined);
  const refused = new Set<string>();
  const elsewhere = await uploaded(objects, view, view.outputs ?? [], left, (place, why, kind) => {
    refused.add(place);
    onFault(place, why, kind);
  });
  const files = distinct(view.bucket, [...(left[newest]?.files ?? []), ...elsewhere]);
  const seen = new Set(files.map((file) => file.path));
  for (const { attempt, files: older } of left.slice(newest + 1)) {
    for (const file of older) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      files.push({ ...file, attempt });
    }
  }
  return { files, lost: lostOf(view, left, elsewhere, refused) };
}

/** What an attempt left in the run's own folder. */
async function ownOf(
  objects: ObjectReader,
  view: RunView,
  attempt: number,
  onFault: OnPlaceFault,
): Promise<LeftByAttempt> {
  const node = nodePrefix(view.prefix, view.runKey, attempt, 0);
  const prefix = `${node}outputs/`;
  const files: OutputFile[] = [];
  const index = await outputIndex(objects, view, attempt, onFault);
  const said = new Map(index?.map((entry) => [entry.name, entry]));
  for await (const { key, bytes } of objects.list(prefix)) {
    const entry = said.get(key.slice(node.length));
    files.push({ key, path: entry ? ownPath(entry) : key.slice(prefix.length), bytes, ...saidOf(entry) });
  }
  return { attempt, node, index, files };
}

/** What lies at the destinations of the spec. Others may write there too: where hosts have said what is theirs, that alone counts. */
async function uploaded(
  objects: ObjectReader,
  view: RunView,
  outputs: Uploaded,
  left: LeftByAttempt[],
  onFault: OnPlaceFault,
): Promise<OutputFile[]> {
  const known = left.some(({ index }) => index !== undefined);
  const files: OutputFile[] = [];
  for (const to of new Set(outputs.map((output) => output.to))) {
    const place = parseS3Url(to);
    if (!place || isOwn(view, to)) continue;
    const sharing = outputs.filter((output) => output.to === to);
    const entries = left.flatMap(
      ({ index }) => index?.filter((e) => !e.own && sharing.some((o) => o.from === e.from)) ?? [],
    );
    const said = new Map(entries.reverse().map((entry) => [entry.name, entry]));
    try {
      for await (const { key, bytes } of objects.list(place.key, { bucket: place.bucket })) {
        const below = key.slice(place.key.length).replace(/^\/+/, '');
        const entry = said.get(below);
        if (known && !entry) continue;
        files.push({
          bucket: place.bucket,
          key,
          path: placeOf(sharing, entry?.path ?? below),
          bytes,
          ...saidOf(entry),
        });
      }
    } catch (error) {
      const why = placeFault(error);
      if (why === undefined) throw error;
      onFault(to, why, 'refused');
    }
  }
  return files;
}

const saidOf = (entry: IndexedOutput | undefined): Pick<OutputFile, 'mode' | 'sha256'> => ({
  ...(entry?.mode === undefined ? {} : { mode: entry.mode }),
  ...(entry?.sha256 === undefined ? {} : { sha256: entry.sha256 }),
});

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
