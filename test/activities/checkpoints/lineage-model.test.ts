import fc from 'fast-check';
import { LineageModel } from './support/model';

/** Contents of one length as well as of others, few enough to come back. */
const content = fc.constantFrom('a', 'b', 'cc', 'dd', 'eee');

const GARBAGE = [
  '',
  'garbage',
  '[]',
  '{"format": 1, "files": [{"path": "f", "size": 1e308, "mode": 420, "parts": []}]}',
  '{"format": 1, "files": [{"path": "f", "size": -1, "mode": 420, "parts": []}]}',
  `{"format": 1, "files": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  `{"format": 1, "files": [{"path": "${'n'.repeat(5000)}", "size": 0, "mode": 420, "parts": []}]}`,
];

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('checkpoint' as const),
      contents: fc.array(content, { minLength: 1, maxLength: 3 }),
      suspect: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('prune' as const),
      keep: fc.integer({ min: 0, max: 3 }),
      beside: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), which: fc.nat(50) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('damage' as const),
      which: fc.nat(50),
      garbage: fc.constantFrom(...GARBAGE),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('interrupt' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

const ATTEMPTS = 3;

/** @returns what was lost, if anything ever was */
async function play(actions: readonly Action[]): Promise<void> {
  const run = new LineageModel();
  for (const step of actions) {
    const before = run.newest();
    if (step.do === 'checkpoint') await run.checkpoint(step.contents, step.suspect);
    if (step.do === 'prune') {
      await run.prune(step.keep, step.beside);
      expect(run.newest()?.key).toBe(before?.key);
    }
    if (step.do === 'lose') await run.losePart(step.which);
    if (step.do === 'damage') await run.damage(step.which, step.garbage);
    if (step.do === 'interrupt' && run.attempt < ATTEMPTS) expect(await run.interrupt()).toBe(before?.key);
    if (step.do === 'fail' && run.attempt < ATTEMPTS) await run.failToResume();
    if (step.do === 'restore') expect(await run.restorable()).toBe(before?.key);
  }
  expect(await run.restorable()).toBe(run.newest()?.key);
}

it('never loses the newest checkpoint that can be restored, and restores that one, whatever happens', async () => {
  await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), play), { numRuns: 150 });
});

it('takes a checkpoint that is whole again, once the agent was told what S3 has lost', async () => {
  const run = new LineageModel();
  await run.checkpoint(['a', 'b'], false);
  await run.losePart(0);
  expect(run.newest()).toBeUndefined();
  // Without a word it would go on to believe, and every later one would be called whole and not be so.
  await run.prune(3, true);
  await run.checkpoint(['a', 'b'], false);
  expect(run.newest()?.number).toBe(2);
  expect(await run.restorable()).toBe(run.newest()?.key);
});
