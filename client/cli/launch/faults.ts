import type { SpecFault } from '../../../contract';
import { TrainctlError } from '../..';

export function invalidSpec(
  source: string,
  faults: SpecFault[],
  next = 'what a spec may hold: trainctl schema',
): TrainctlError {
  const lines = faults.map((fault) => `  ${fault.path ? `${fault.path}: ` : ''}${fault.message}`);
  const head = `${source} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`;
  return new TrainctlError('invalid-spec', [head, ...lines].join('\n'), {
    next,
    faults,
  });
}

/** One error for all that is wrong with options and a spec; undefined when nothing is. An option alone keeps its own words. */
export function allFaults(
  source: string,
  wrong: readonly TrainctlError[],
  faults: SpecFault[],
): TrainctlError | undefined {
  const [first, ...more] = wrong;
  if (first && more.length === 0 && faults.length === 0) return first;
  const all = [...wrong.map(({ message }) => ({ path: '', message })), ...faults];
  if (all.length === 0) return undefined;
  return invalidSpec(first ? `${source}, with the options,` : source, all);
}
