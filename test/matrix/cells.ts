import type { Outcome } from '../../contract';
import { ACTIVITIES, type ActivityName, type Scenario } from './activities';

/** What goes wrong. The order is that of the table. */
export const FAULTS = ['before', 'after', 'hang', 'repeated', 'killed'] as const;
export type FaultKind = (typeof FAULTS)[number];

/** The faults in words, for people. */
export const FAULT_WORDS: Record<FaultKind, string> = {
  before: 'fails before its effect',
  after: 'fails after its effect (reply lost)',
  hang: 'hangs past its timeout, then takes effect',
  repeated: 'fails 3 times, then works',
  killed: 'worker killed inside (kill -9)',
};

/** Of activities that only read. */
const FAULTS_OF_READING: readonly FaultKind[] = ['before', 'repeated'];

export const ENDINGS = ['alone', 'cancelled'] as const;
export type CellEnding = (typeof ENDINGS)[number];

export interface Cell {
  /** Also the workflow id of its run. */
  id: string;
  activity: ActivityName;
  fault: FaultKind;
  /** `alone`: nobody intervenes. `cancelled`: Temporal is asked to cancel the run while the activity fails. */
  ending: CellEnding;
  scenario: Scenario;
  allowed: readonly Outcome[];
}

/** Every cell of the matrix, in the order of the table. */
export function allCells(): Cell[] {
  return (Object.keys(ACTIVITIES) as ActivityName[]).flatMap((activity) =>
    (ACTIVITIES[activity].reads ? FAULTS_OF_READING : FAULTS).flatMap((fault) =>
      ENDINGS.map((ending) => ({
        id: `${activity}-${fault}-${ending}`,
        activity,
        fault,
        ending,
        ...storyOf(activity, fault, ending),
      })),
    ),
  );
}

function storyOf(activity: ActivityName, fault: FaultKind, ending: CellEnding): Pick<Cell, 'scenario' | 'allowed'> {
  const { scenario = 'plain', whenCancelled = ['cancelled'] } = ACTIVITIES[activity];
  if (ending === 'alone') return { scenario, allowed: [scenario === 'stopped' ? 'cancelled' : 'succeeded'] };
  // Supervision ends with the training: what is cancelled in its midst must not end by itself, and when its reply is lost
  // the training has succeeded already.
  if (activity === 'supervise')
    return fault === 'after' ? { scenario, allowed: ['succeeded'] } : { scenario: 'endless', allowed: ['cancelled'] };
  return { scenario, allowed: whenCancelled };
}

/** Whole numbers below `n`, the same ones for the same seed (mulberry32). */
export function random(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** `size` of the cells: by the seed, but no activity twice before each is there once. */
export function sample(cells: readonly Cell[], size: number, seed: number): Cell[] {
  const pick = random(seed);
  const rest = [...cells];
  const taken = new Map<ActivityName, number>();
  const chosen = new Set<Cell>();
  while (chosen.size < Math.min(size, cells.length)) {
    const fewest = Math.min(...rest.map((c) => taken.get(c.activity) ?? 0));
    const next = rest.filter((c) => (taken.get(c.activity) ?? 0) === fewest);
    const cell = next[pick(next.length)];
    if (!cell) break;
    rest.splice(rest.indexOf(cell), 1);
    taken.set(cell.activity, fewest + 1);
    chosen.add(cell);
  }
  return cells.filter((c) => chosen.has(c));
}
