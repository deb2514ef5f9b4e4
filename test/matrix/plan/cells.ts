import { type Outcome, type SuiteOutcome, scenarioWorkflowId } from '../../../contract';
import { random } from '../../support/random';
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

/** Which pass of the reconciler ended what a terminated run had left. */
export type Pass = 'ended by this pass' | 'ended by the next pass';

export interface Cell {
  /** Also the workflow id of its run. */
  id: string;
  /** The workflow in which the fault strikes, and which is cancelled: the run, a pass of the reconciler, a suite, or its scenario. */
  subject: string;
  activity: ActivityName;
  fault: FaultKind;
  /** `alone`: nobody intervenes. `cancelled`: Temporal is asked to cancel the subject while the activity fails. */
  ending: CellEnding;
  scenario: Scenario;
  allowed: readonly (Outcome | Pass | SuiteOutcome)[];
}

/** Every cell of the matrix, in the order of the table. */
export function allCells(): Cell[] {
  return (Object.keys(ACTIVITIES) as ActivityName[]).flatMap((activity) =>
    (ACTIVITIES[activity].reads ? FAULTS_OF_READING : FAULTS).flatMap((fault) =>
      ENDINGS.map((ending) => cellOf(activity, fault, ending)),
    ),
  );
}

function cellOf(activity: ActivityName, fault: FaultKind, ending: CellEnding): Cell {
  const id = `${activity}-${fault}-${ending}`;
  const scenario = scenarioOf(activity, fault, ending);
  const subject = subjectOf(id, activity, scenario);
  const allowed =
    scenario === 'terminated'
      ? passes(fault, ending)
      : scenario === 'suite'
        ? [suiteOutcome(activity, ending)]
        : outcomes(activity, fault, ending);
  return { id, subject, activity, fault, ending, scenario, allowed };
}

function subjectOf(id: string, activity: ActivityName, scenario: Scenario): string {
  if (scenario === 'terminated') return `${id}-pass`;
  const inScenario = activity === 'runScenario' || activity === 'undoScenario';
  return inScenario ? scenarioWorkflowId(id, '', MATRIX) : id;
}

/** The name of the one scenario that the suites of cells have. */
export const MATRIX = 'matrix';

/** Its steps are tried once: whatever happens to them, the scenario has failed. A cancel of the scenario alone is not one of the suite. */
function suiteOutcome(activity: ActivityName, ending: CellEnding): SuiteOutcome {
  if (activity === 'runScenario') return 'failed';
  const early = activity === 'planSuite' || activity === 'countSuiteLeftovers';
  return ending === 'cancelled' && early ? 'cancelled' : 'passed';
}

/** A training that is cancelled as it starts, or in its midst, must not end by itself first, however long its worker is away. */
function scenarioOf(activity: ActivityName, fault: FaultKind, ending: CellEnding): Scenario {
  const inTraining = activity === 'startTraining' || (activity === 'supervise' && fault !== 'after');
  if (inTraining && ending === 'cancelled') return 'endless';
  return ACTIVITIES[activity].scenario ?? 'plain';
}

function outcomes(activity: ActivityName, fault: FaultKind, ending: CellEnding): Outcome[] {
  const { closing, scenario } = ACTIVITIES[activity];
  if (ending === 'alone') return [scenario === 'stopped' ? 'cancelled' : 'succeeded'];
  // When the reply of a supervision is lost, the training has succeeded before the cancel.
  return [closing || (activity === 'supervise' && fault === 'after') ? 'succeeded' : 'cancelled'];
}

/** A step of a pass is tried three times. What a pass that gave up or was cancelled leaves, the next one ends. */
function passes(fault: FaultKind, ending: CellEnding): Pass[] {
  if (ending === 'alone') return [fault === 'repeated' ? 'ended by the next pass' : 'ended by this pass'];
  // What was asked of EC2 before the reply was lost stays asked.
  if (fault === 'after') return ['ended by this pass'];
  // The kill strikes before or after EC2 was asked.
  return fault === 'killed' ? ['ended by this pass', 'ended by the next pass'] : ['ended by the next pass'];
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
