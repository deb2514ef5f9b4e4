import type { SpecFault } from '../run/spec';
import { inputTarget } from './data';
import { pathFault } from './paths';
import { type Document, isDocument } from './prepare';

/** A path in the working directory that an input brings or a checkpoint fills, and what is there: one file, or a folder. */
interface Place {
  /** Of the spec, such as `inputs[0].to`. */
  at: string;
  path: string;
  file: boolean;
}

/**
 * Faults of places that cannot both be there: one file where another place is or has a folder. All else that overlaps has an
 * order of precedence (docs/run-your-script.md): what is restored, then the later input, then the earlier one, then the code.
 */
export function placeFaults(input: Document): SpecFault[] {
  const places = inputPlaces(input.inputs);
  const dir = checkpointPlace(input.checkpoints);
  return [
    ...places.flatMap((place, i) => {
      const first = places.slice(0, i).find((other) => clash(place, other));
      return first ? [{ path: place.at, message: inputsClash(place, first) }] : [];
    }),
    ...places.flatMap((place) => (dir && clash(place, dir) ? [{ path: place.at, message: dirClash(place, dir) }] : [])),
  ];
}

function inputPlaces(inputs: unknown): Place[] {
  if (!Array.isArray(inputs)) return [];
  return inputs.flatMap((item: unknown, i) => {
    if (!isDocument(item) || typeof item.to !== 'string' || typeof item.from !== 'string') return [];
    return [{ at: `inputs[${i}].to`, path: inputTarget(item.from, item.to), file: !item.from.endsWith('/') }];
  });
}

function checkpointPlace(checkpoints: unknown): Place | undefined {
  const dir = isDocument(checkpoints) ? (checkpoints.dir ?? 'checkpoints') : 'checkpoints';
  const read = typeof dir === 'string' ? pathFault(dir) : undefined;
  return read && 'path' in read ? { at: 'checkpoints.dir', path: read.path, file: false } : undefined;
}

/** Whether a file of one is where the other is, or where a folder above the other has to be. */
const clash = (a: Place, b: Place): boolean => (a.file && holds(a, b)) || (b.file && holds(b, a));

const holds = (a: Place, b: Place): boolean => a.path === b.path || b.path.startsWith(`${a.path}/`);

function inputsClash(place: Place, other: Place): string {
  const whose = other.at.replace('.to', '');
  if (place.path === other.path) return `"${place.path}" is where ${whose} goes too`;
  return place.file && holds(place, other)
    ? `"${place.path}" is a file, and ${whose} goes to "${other.path}", inside it; give one of them another place`
    : `"${place.path}" lies in "${other.path}", which is a file: ${whose} brings it; give one of them another place`;
}

function dirClash(place: Place, dir: Place): string {
  const where = place.path === dir.path ? `is checkpoints.dir` : `is above checkpoints.dir, "${dir.path}"`;
  const inside = `to put it into the folder, write "${place.path}/"`;
  return `"${place.path}" is a file, and ${where}, a folder; ${place.path === dir.path ? inside : 'give one of them another place'}`;
}
