import type { AttemptEnd } from '../../../workflows/rules/endings';
import { type Lived, lineageOf, mayBlame } from '../../../workflows/rules/lineage';

const ref = (attempt: number, number: number) => ({ attempt, number, step: null, key: `${attempt}/${number}` });
const failed: AttemptEnd = { kind: 'failed', reason: 'exited 1', restartable: true };
const back: AttemptEnd = { ...failed, stepBack: true };
const interrupted: AttemptEnd = { kind: 'interrupted', reason: 'lost' };

const steppedBack: Lived[] = [
  { number: 1, end: interrupted, instanceId: 'i-1' },
  { number: 2, end: back, restored: ref(1, 3) },
  { number: 3, end: back, restored: ref(1, 2) },
];

it('says who went on from whom, and leaves out what failed with all that came of it', () => {
  expect(lineageOf(steppedBack)).toEqual({
    resumed: [
      [2, 1],
      [3, 1],
    ],
    failed: ['1/3', '1/2'],
    fruitless: [2, 3],
    launched: [[1, 'i-1']],
  });
  expect(
    lineageOf([
      { number: 1, end: interrupted },
      { number: 2, end: failed, restored: ref(1, 3) },
    ]),
  ).toEqual({
    resumed: [[2, 1]],
    failed: [],
    fruitless: [],
    launched: [],
  });
});

it('offers all again when the command fails at the beginning as well: it was not the checkpoints', () => {
  const lineage = lineageOf([...steppedBack, { number: 4, end: failed, fruitless: true }]);
  expect(lineage).toEqual({
    resumed: [
      [2, 1],
      [3, 1],
    ],
    failed: [],
    fruitless: [2, 3, 4],
    launched: [[1, 'i-1']],
  });
});

it('does not, when the command got on from the beginning', () => {
  expect(lineageOf([...steppedBack, { number: 4, end: failed, fruitless: false }]).failed).toEqual(['1/3', '1/2']);
});

it('leaves out nothing of a first attempt that was not seen to get anywhere: nothing was to be resumed from', () => {
  expect(lineageOf([{ number: 1, end: failed, fruitless: true }])).toEqual({
    resumed: [],
    failed: [],
    fruitless: [],
    launched: [],
  });
});

it('blames each checkpoint once', () => {
  expect(mayBlame(ref(1, 3), steppedBack)).toBe(false);
  expect(mayBlame(ref(1, 1), steppedBack)).toBe(true);
  expect(mayBlame(ref(1, 3), [{ number: 2, end: interrupted, restored: ref(1, 3) }])).toBe(true);
});

it('names the instances of the last attempts alone: the list travels with each', () => {
  const attempts = Array.from({ length: 80 }, (_, i) => ({ number: i + 1, instanceId: `i-${i + 1}` }));
  const { launched = [] } = lineageOf(attempts);
  expect([launched.length, launched[0], launched.at(-1)]).toEqual([50, [31, 'i-31'], [80, 'i-80']]);
});
