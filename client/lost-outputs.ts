import { isOwn, type LeftByAttempt, type OutputFile, ownPath, placeOf } from './output-files';
import type { IndexedOutput } from './output-index';
import type { RunView } from './view/run-view';

/** Outputs that a run had left, and that are no longer where it left them. */
export interface LostOutputs {
  /** Address of the file; of the folder where only their number is known. */
  place: string;
  /** Where it would have come to; absent where only their number is known. */
  path?: string;
  files: number;
  /** Absent: nobody has said. */
  bytes?: number;
  /** Of an attempt before the last. */
  attempt?: number;
}

/**
 * What a run says that it left, without what is there. Hosts name each file in an index; of an attempt whose index is gone as well,
 * the run's own account has the number of files at each place.
 * @param left newest attempt first
 * @param elsewhere what is at the destinations of the spec
 * @param refused destinations that could not be listed: nobody knows what is there
 */
export function lostOf(
  view: RunView,
  left: readonly LeftByAttempt[],
  elsewhere: readonly OutputFile[],
  refused: ReadonlySet<string>,
): LostOutputs[] {
  const there = new Set([...left.flatMap(({ files }) => files), ...elsewhere].map((file) => addressOf(view, file)));
  const made = new Set(elsewhere.map(({ path }) => path));
  const lost: LostOutputs[] = [];
  for (const { attempt, index, node, files } of left) {
    const named = (index ?? []).flatMap((entry) => placeIn(view, node, entry, refused));
    for (const { address, path, bytes } of named) {
      if (there.has(address) || made.has(path)) continue;
      const size = bytes === undefined ? {} : { bytes };
      lost.push({ place: address, path, files: 1, ...size, ...(attempt === left[0]?.attempt ? {} : { attempt }) });
    }
    for (const { path } of [...files, ...named]) made.add(path);
  }
  return [...lost, ...uncounted(view, left, elsewhere, refused)];
}

/** Where a file of an index should be. None: that is not known, or could not be looked at. */
function placeIn(view: RunView, node: string, entry: IndexedOutput, refused: ReadonlySet<string>) {
  const { bytes } = entry;
  const sharingOf = (to: string) => (view.outputs ?? []).filter((output) => output.to === to);
  const to = entry.own
    ? undefined
    : view.outputs?.find((output) => output.from === entry.from && !isOwn(view, output.to))?.to;
  if (to === undefined) {
    // Below a destination that is not known any more, should it not be in the run's own folder.
    if (!entry.name.startsWith('outputs/')) return [];
    return [{ address: `s3://${view.bucket}/${node}${entry.name}`, path: ownPath(entry), bytes }];
  }
  if (refused.has(to)) return [];
  return [
    {
      address: `${to.replace(/\/*$/, '/')}${entry.name}`,
      path: placeOf(sharingOf(to), entry.path ?? entry.name),
      bytes,
    },
  ];
}

/** Of places whose files nobody has named: how many of them are missing. */
function uncounted(
  view: RunView,
  left: readonly LeftByAttempt[],
  elsewhere: readonly OutputFile[],
  refused: ReadonlySet<string>,
): LostOutputs[] {
  const outputs = view.outputs ?? [];
  const places = [...new Set(outputs.map(({ to }) => to))].filter((to) => !refused.has(to));
  return places.flatMap((to): LostOutputs[] => {
    const here = outputs.filter((output) => output.to === to);
    const by = left.find(({ node }) => to === `s3://${view.bucket}/${node}outputs/`);
    const indexed = isOwn(view, to)
      ? by?.index !== undefined
      : left.some(({ index }) => index?.some((entry) => here.some(({ from }) => from === entry.from)));
    if (indexed) return [];
    const found = (by?.files ?? elsewhere).filter((file) => addressOf(view, file).startsWith(to));
    const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);
    const files = sum(here.map((output) => output.files)) - found.length;
    const bytes = sum(here.map((output) => output.bytes)) - sum(found.map((file) => file.bytes));
    return files > 0 ? [{ place: to, files, ...(bytes >= 0 ? { bytes } : {}) }] : [];
  });
}

const addressOf = (view: Pick<RunView, 'bucket'>, { bucket = view.bucket, key }: OutputFile): string =>
  `s3://${bucket}/${key}`;
