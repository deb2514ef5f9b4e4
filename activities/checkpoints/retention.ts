import type { Lineage } from '../../contract';
import type { JudgedCheckpoint } from './judged';
import { newestFirst } from './stored';

/** How many of each kind stay in each lineage: beside the good ones, the newest of each that somebody may want to look into. */
const BESIDE = 1;

/**
 * The checkpoints that are to be removed. In each lineage (attempts that went on from each other), the newest `keep` good ones
 * stay; what cannot be restored, what is suspect and what failed takes no place from them. One of an unknown format stays, and so does
 * what another execution of the run left.
 * @param lineage absent: all attempts are of one
 */
export function beyondKeep(
  all: readonly JudgedCheckpoint[],
  keep: number,
  lineage: Lineage | undefined,
): JudgedCheckpoint[] {
  const groups = new Map<string, JudgedCheckpoint[]>();
  for (const one of all) {
    const group = `${one.node} ${lineage ? founderOf(one.attempt, lineage) : ''}`;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => beyondInLineage(group.sort(newestFirst), Math.max(1, keep)));
}

function beyondInLineage(newestToOldest: readonly JudgedCheckpoint[], keep: number): JudgedCheckpoint[] {
  const kept = { good: 0, suspect: 0, failed: 0, damaged: 0 };
  return newestToOldest.filter(({ kind }) => {
    if (kind === 'unknown' || kind === 'gone' || kind === 'foreign') return false;
    kept[kind] += 1;
    return kept[kind] > (kind === 'good' ? keep : BESIDE);
  });
}

/** The attempt that began at the beginning, and from which this one goes on in the end. */
export function founderOf(attempt: number, { resumed }: Lineage): number {
  const from = new Map(resumed);
  let founder = attempt;
  for (let next = from.get(founder); next !== undefined && next < founder; next = from.get(founder)) founder = next;
  return founder;
}
