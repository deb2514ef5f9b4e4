import { type Selection, shownName } from '../../../adapters/snapshot';
import type { RunSpec, SpecFault } from '../../../contract';
import { TrainctlError } from '../..';

/**
 * Places of a spec that the code to be sent makes impossible: a file where the other has a folder. A worker cannot see that before
 * the host does, which costs a launch.
 */
export function codePlaceFaults(selection: Selection, spec: RunSpec): SpecFault[] {
  const files = new Set(selection.files.map((file) => file.path));
  const folders = new Set<string>();
  for (const path of [...selection.files.map((file) => parent(file.path)), ...selection.folders]) {
    for (let folder = path; folder !== '' && !folders.has(folder); folder = parent(folder)) folders.add(folder);
  }
  const links = new Set(selection.files.filter((file) => file.link !== undefined).map((file) => file.path));
  /** The file of the code that is where a folder has to be. A link may lead to a folder: the host will see. */
  const inTheWay = (path: string): string | undefined =>
    path === '' ? undefined : files.has(path) && !links.has(path) ? path : inTheWay(parent(path));
  const faults = spec.inputs.flatMap(({ from, to }, i): SpecFault[] => {
    const object = !from.endsWith('/');
    const at = `inputs[${i}].to`;
    if (object && folders.has(to)) {
      return [{ path: at, message: `"${to}" is a folder of the code, and the input is one file; write "${to}/"` }];
    }
    const file = inTheWay(object ? parent(to) : to);
    return file ? [{ path: at, message: `"${to}" needs a folder where the code has the file ${shownName(file)}` }] : [];
  });
  const file = inTheWay(spec.checkpoints.dir);
  if (file) {
    const message = `"${spec.checkpoints.dir}" needs a folder where the code has the file ${shownName(file)}`;
    faults.push({ path: 'checkpoints.dir', message });
  }
  return faults;
}

/** @throws `invalid-spec` with every fault of {@link codePlaceFaults}. */
export function refuseCodePlaces(selection: Selection | undefined, spec: RunSpec): void {
  const faults = selection ? codePlaceFaults(selection, spec) : [];
  if (faults.length === 0) return;
  const lines = faults.map(({ path, message }) => `  ${path}: ${message}`);
  throw new TrainctlError('invalid-spec', ['the spec does not fit the code:', ...lines].join('\n'), {
    next: 'give one of the two another place, or leave the file out by .trainctlignore',
    faults,
  });
}

const parent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
