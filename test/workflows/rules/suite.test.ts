import { type ScenarioPlan, UNDO_STEP } from '../../../contract';
import {
  lostResult,
  nextOf,
  notBegun,
  suiteOutcome,
  suiteReason,
  tally,
  withUndo,
} from '../../../workflows/rules/suite';

const plan = (name: string, estimateUsd: number, last?: true): ScenarioPlan => ({
  name,
  shows: '',
  creates: [],
  minutes: 1,
  estimateUsd,
  ...(last && { last }),
});
const [cheap, dear, end] = [plan('cheap', 1), plan('dear', 3), plan('end', 0, true)];
const queue = { running: [], spentUsd: 0, maxUsd: 3, parallel: 2 };

describe('what is next', () => {
  it.each([
    ['the first that fits', { ...queue, waiting: [cheap, dear] }, { begin: cheap, capUsd: 1.5 }],
    ['one behind that fits', { ...queue, waiting: [dear, cheap], spentUsd: 1 }, { begin: cheap, capUsd: 1 }],
    ['to wait where all slots are taken', { ...queue, waiting: [cheap], running: [cheap, cheap] }, 'wait'],
    ['to wait for one that may cost less than expected', { ...queue, waiting: [dear], running: [cheap] }, 'wait'],
    ['to give up what fits never', { ...queue, waiting: [dear], spentUsd: 0.5 }, { refuse: [dear] }],
    ['to hold back what comes last', { ...queue, waiting: [end], running: [cheap] }, 'wait'],
    ['the last one alone', { ...queue, waiting: [end] }, { begin: end, capUsd: 3 }],
    ['nothing beside the last one', { ...queue, waiting: [cheap], running: [end] }, 'wait'],
    ['to wait for the share of another', { ...queue, waiting: [cheap], running: [{ ...cheap, capUsd: 2.5 }] }, 'wait'],
    [
      'the last of two, with all that is left',
      { ...queue, waiting: [cheap], running: [{ ...cheap, capUsd: 1.5 }] },
      { begin: cheap, capUsd: 1.5 },
    ],
    ['to end', { ...queue, waiting: [] }, 'done'],
    [
      'exactly the budget',
      { ...queue, waiting: [dear], maxUsd: 0.1 + 0.2, spentUsd: -2.7 },
      { begin: dear, capUsd: expect.closeTo(3) },
    ],
  ])('is %s', (_what, asked, next) => expect(nextOf(asked)).toEqual(next));
});

it('never gives away more than there is, however many run side by side', () => {
  const waiting = [plan('a', 0.1), plan('b', 1), plan('c', 0.2), plan('d', 0.1), plan('e', 0, true)];
  let running: (ScenarioPlan & { capUsd: number })[] = [];
  let [spentUsd, begun] = [0, 0];
  for (;;) {
    const next = nextOf({ waiting, running, spentUsd, maxUsd: 2, parallel: 3 });
    if (next === 'done') break;
    if (next === 'wait') {
      // Each spends all that it may.
      const [first, ...others] = running;
      spentUsd += first?.capUsd ?? 0;
      running = others;
    } else if ('begin' in next) {
      begun += 1;
      waiting.splice(waiting.indexOf(next.begin), 1);
      running.push({ ...next.begin, capUsd: next.capUsd });
    } else for (const one of next.refuse) waiting.splice(waiting.indexOf(one), 1);
    expect(spentUsd + running.reduce((sum, { capUsd }) => sum + capUsd, 0)).toBeLessThan(2 + 1e-6);
  }
  expect(begun).toBeGreaterThan(1);
});

describe('a scenario', () => {
  const progress = {
    steps: [{ name: 'a', outcome: 'passed' as const, seconds: 1 }],
    step: 'b',
    later: ['c'],
    runs: ['r'],
  };
  it('whose worker is lost has failed in its step, and the later ones are skipped', () =>
    expect(lostResult('x', 'gone', 9, progress)).toMatchObject({
      outcome: 'failed',
      runs: ['r'],
      steps: [
        { name: 'a', outcome: 'passed' },
        { name: 'b', outcome: 'failed', error: { message: 'gone' } },
        { name: 'c', outcome: 'skipped' },
      ],
    }));
  it('costs what the undo has counted, when that is more', () => {
    const done = withUndo(
      { ...lostResult('x', 'gone', 1), costUsd: 0.1 },
      { costUsd: 0.2, runs: ['q'], leftovers: [] },
      2,
    );
    expect(done).toMatchObject({ costUsd: 0.2, runs: ['q'], leftovers: [], outcome: 'failed' });
    expect(withUndo(done, { costUsd: 0.1, runs: [], leftovers: [] }, 1).steps).toHaveLength(2);
  });
});

describe('an undo that needed a second try', () => {
  const left = { name: UNDO_STEP, outcome: 'failed' as const, seconds: 1, error: { message: 'left: i-1' } };
  const step = (outcome: 'passed' | 'failed' | 'skipped') => ({ name: 'a', outcome, seconds: 1 });
  const clean = { costUsd: 0, runs: [], leftovers: [] };
  it.each(['passed', 'failed', 'skipped'] as const)('is none of the installation: its steps say %s', (outcome) => {
    const result = { ...lostResult('x', '', 1), outcome: 'failed' as const, steps: [step(outcome), left] };
    const done = withUndo({ ...result, leftovers: ['i-1'] }, clean, 2);
    expect([done.outcome, done.leftovers]).toEqual([outcome, []]);
    expect(done.steps.at(-1)).toEqual({
      name: UNDO_STEP,
      outcome: 'passed',
      seconds: 2,
      evidence: [{ name: 'at the first try', text: 'left: i-1' }],
    });
  });
  it('is a failure where something stays', () => {
    const result = { ...lostResult('x', '', 1), outcome: 'failed' as const, steps: [step('passed'), left] };
    const done = withUndo(result, { failed: 'EC2 is away' }, 2);
    expect(done).toMatchObject({ outcome: 'failed', steps: [{}, { error: { message: 'EC2 is away' } }] });
  });
});

describe('a suite', () => {
  const none = { cancelled: false, refused: false };
  const failed = lostResult('x', 'gone', 1);
  const skipped = notBegun('y', 'no money');
  const passed = { ...failed, name: 'z', outcome: 'passed' as const };
  const stuck = withUndo(failed, { failed: 'EC2 is away' }, 1);
  it.each([
    ['passed', [passed, skipped], [], none],
    ['failed', [passed, failed], [], { ...none, refused: true }],
    ['failed', [skipped], [], none],
    ['failed', [passed], ['i-1'], none],
    ['over-budget', [passed, skipped], [], { ...none, refused: true }],
    ['over-budget', [passed, { ...failed, overBudget: true as const }], [], none],
    ['cancelled', [failed], [], { ...none, cancelled: true }],
    ['failed', [passed], ['i-1'], { ...none, cancelled: true }],
    ['failed', [stuck], [], { ...none, cancelled: true }],
  ])('is %s', (outcome, scenarios, left, flags) => expect(suiteOutcome(scenarios, left, flags)).toBe(outcome));

  it('says why in a line', () => {
    const budget = { costUsd: 0.2, maxUsd: 0.25 };
    expect(suiteReason('passed', [passed], [], budget)).toBeUndefined();
    expect(suiteReason('cancelled', [passed, skipped], [], budget)).toContain('1 of 2 scenarios had begun');
    expect(suiteReason('over-budget', [passed, skipped], [], budget)).toBe(
      '1 of 2 scenarios were not begun, since their estimates do not fit into $0.2500, of which $0.2000 are spent: y',
    );
    expect(suiteReason('failed', [failed, { ...failed, name: 'w' }], ['i-1'], budget)).toBe(
      'x failed at "begin": gone; also failed: w; left over: i-1',
    );
  });
  it('that was cancelled says what is not gone', () => {
    const budget = { costUsd: 0, maxUsd: 1, cancelled: true };
    expect(suiteReason('failed', [failed, { ...stuck, name: 'w' }], ['i-1'], budget)).toBe(
      `cancelled through Temporal, and not all that had begun is gone; w failed at "${UNDO_STEP}": EC2 is away; also failed: x; left over: i-1`,
    );
  });
  it('is counted', () => {
    expect(tally({ scenarios: [passed, failed, skipped] })).toBe('1 passed, 1 failed, 1 skipped');
    expect(tally({ scenarios: [] })).toBe('no scenario has ended');
  });
});
