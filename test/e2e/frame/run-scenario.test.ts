import { type StepResult, UNDO_STEP } from '../../../contract';
import { expectEqual } from '../../../e2e/scenarios/checks';
import { CapReached } from '../../../e2e/scenarios/frame/frame';
import { type Progress, runScenario } from '../../../e2e/scenarios/frame/run-scenario';
import { type Scenario, ScenarioSkipped, type Step, scenario, step } from '../../../e2e/scenarios/scenario';
import { emptyWorld, frameOf, keyOf, runId, tagsOf } from './frame';

const passes = (name: string): Step => step(name, async () => undefined);

function one(steps: Step[], more: Partial<Scenario> = {}): Scenario {
  const base = { name: 'one', shows: 'a test', creates: [], minutes: 1, instanceHours: 0 };
  return scenario({ ...base, steps: () => steps, ...more });
}

const brief = (steps: readonly StepResult[]): string[] => steps.map(({ name, outcome }) => `${outcome} ${name}`);

test('steps that pass, and the undo as the last of them', async () => {
  const frame = frameOf(emptyWorld());
  const result = await runScenario(one([passes('a'), passes('b')]), frame);
  expect(result).toMatchObject({ name: 'one', outcome: 'passed', costUsd: 0, leftovers: [], runs: [] });
  expect(brief(result.steps)).toEqual(['passed a', 'passed b', `passed ${UNDO_STEP}`]);
  expect(frame.ended).toBe(true);
});

test('a check that fails says what was expected and seen, with evidence; what comes after it is skipped, not the undo', async () => {
  const frame = frameOf(emptyWorld());
  const fails = step('b', async () => {
    frame.evidence('a file', 'its text');
    expectEqual('the answer', { answer: 41 }, { answer: 42 });
  });
  const { outcome, steps } = await runScenario(one([passes('a'), fails, passes('c')]), frame);
  expect(outcome).toBe('failed');
  expect(brief(steps)).toEqual(['passed a', 'failed b', 'skipped c', `passed ${UNDO_STEP}`]);
  expect(steps[1]).toMatchObject({
    error: { message: 'the answer: not as expected', expected: '{\n  "answer": 42\n}', seen: '{\n  "answer": 41\n}' },
    evidence: [{ name: 'a file', text: 'its text' }],
  });
  expect(steps[2]?.error?.message).toBe('"b" failed before it');
});

test('any other error fails its step, in its own words', async () => {
  const breaks = step('a', () => Promise.reject(new Error('the network is away')));
  const { steps } = await runScenario(one([breaks]), frameOf(emptyWorld()));
  expect(steps[0]).toMatchObject({ outcome: 'failed', error: { message: 'the network is away' } });
});

test('evidence that was handed in by a step that passed is not shown with another', async () => {
  const frame = frameOf(emptyWorld());
  const gives = step('a', async () => frame.evidence('early', 'text'));
  const { steps } = await runScenario(one([gives, step('b', () => Promise.reject(new Error('no')))]), frame);
  expect(steps[1]?.evidence?.map(({ name }) => name)).not.toContain('early');
});

test('what cannot be tried is skipped and never passed, though its undo passes', async () => {
  const needs = async () => 'the role for FIS is missing';
  const { outcome, steps } = await runScenario(one([passes('a')], { needs }), frameOf(emptyWorld()));
  expect(outcome).toBe('skipped');
  expect(steps[0]).toMatchObject({ outcome: 'skipped', error: { message: 'the role for FIS is missing' } });
});

test('a step may find out that something is missing', async () => {
  const skips = step('b', () => Promise.reject(new ScenarioSkipped('no FIS here')));
  const { outcome, steps } = await runScenario(one([passes('a'), skips, passes('c')]), frameOf(emptyWorld()));
  expect(outcome).toBe('skipped');
  expect(brief(steps)).toEqual(['passed a', 'skipped b', 'skipped c', `passed ${UNDO_STEP}`]);
  expect(steps[2]?.error?.message).toBe('no FIS here');
});

test('what asks whether it can be tried, and fails, is a failure', async () => {
  const needs = () => Promise.reject(new Error('access denied'));
  const { outcome, steps } = await runScenario(one([passes('a')], { needs }), frameOf(emptyWorld()));
  expect(outcome).toBe('failed');
  expect(brief(steps)).toEqual(['failed what it needs', `passed ${UNDO_STEP}`]);
});

test('the undo ends a run that a step has left, and its cost counts', async () => {
  const world = emptyWorld();
  const leaves = step('a', async () => {
    world.workflows.set(runId(1), true);
    world.instances.push({ id: 'i-1', state: 'running', tags: tagsOf(runId(1)) });
    world.objects.set(`runs/${keyOf(runId(1))}/spec.json`, '{}');
  });
  const result = await runScenario(one([leaves]), frameOf(world));
  expect(result).toMatchObject({ outcome: 'passed', runs: [runId(1)], costUsd: 0.01, leftovers: [] });
  expect(world.asked).toContain(`stop ${runId(1)}`);
  expect(world.objects.size).toBe(0);
});

test('what the undo cannot end is a failure of its own, and named', async () => {
  const world = { ...emptyWorld(), deaf: true };
  world.instances.push({ id: 'i-1', state: 'running', tags: tagsOf(runId(1)) });
  const { outcome, steps, leftovers } = await runScenario(one([passes('a')]), frameOf(world));
  expect(outcome).toBe('failed');
  expect(leftovers).toEqual(['instance i-1 (running)']);
  expect(steps.at(-1)).toMatchObject({ name: UNDO_STEP, outcome: 'failed', error: { seen: 'instance i-1 (running)' } });
});

test('an undo of its own that fails is a failure, and the rest is undone all the same', async () => {
  const world = emptyWorld();
  world.objects.set('e2e/e2e-test1/one/data', 'x');
  const undo = () => Promise.reject(new Error('the Schedule is still there'));
  const { outcome, steps } = await runScenario(one([passes('a')], { undo }), frameOf(world));
  expect(outcome).toBe('failed');
  expect(steps.at(-1)?.error?.message).toContain('the Schedule is still there');
  expect(world.objects.size).toBe(0);
});

test('a suite that is cancelled leaves the step that ran, tries no more, and undoes', async () => {
  const suite = new AbortController();
  const hangs = step('b', () => {
    suite.abort(new Error('the suite was cancelled'));
    return new Promise(() => undefined);
  });
  const frame = frameOf(emptyWorld(), suite);
  const { outcome, steps } = await runScenario(one([passes('a'), hangs, passes('c')]), frame);
  expect(outcome).toBe('skipped');
  expect(brief(steps)).toEqual(['passed a', 'skipped b', 'skipped c', `passed ${UNDO_STEP}`]);
  expect(steps[1]?.error?.message).toBe('the suite was cancelled');
});

test('what an abandoned step still writes is waited for, and undone', async () => {
  const world = emptyWorld();
  const suite = new AbortController();
  const writes = step('a', async () => {
    suite.abort(new Error('the suite was cancelled'));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    world.objects.set('e2e/e2e-test1/one/late', 'x');
  });
  const { leftovers } = await runScenario(one([writes]), frameOf(world, suite));
  expect(leftovers).toEqual([]);
  expect([...world.objects.keys()]).toEqual([]);
});

test('one whose money is spent has failed, and says so to the suite', async () => {
  const own = new AbortController();
  const frame = Object.assign(frameOf(emptyWorld()), { signal: own.signal });
  const hangs = step('a', () => {
    own.abort(new CapReached('its runs have cost $2 of $1'));
    return new Promise(() => undefined);
  });
  const result = await runScenario(one([hangs]), frame);
  expect(result).toMatchObject({ outcome: 'failed', overBudget: true });
  expect(result.steps[0]?.error?.message).toBe('its runs have cost $2 of $1');
});

test('one of whose runs was ended for want of money has failed for that', async () => {
  const fails = step('a', () => Promise.reject(new Error('it ended as budget')));
  const frame = Object.assign(frameOf(emptyWorld()), { isSpent: async () => true });
  expect(await runScenario(one([fails]), frame)).toMatchObject({ outcome: 'failed', overBudget: true });
  const fine = Object.assign(frameOf(emptyWorld()), { isSpent: async () => true });
  expect(await runScenario(one([passes('a')]), fine)).not.toHaveProperty('overBudget');
});

test('whoever looks on hears of each step when it begins, and is not heard when he fails', async () => {
  const heard: Progress[] = [];
  await runScenario(one([passes('a'), passes('b')]), frameOf(emptyWorld()), (progress) => {
    heard.push(progress);
    throw new Error('of a screen');
  });
  expect(heard.map(({ running, done, pending }) => [running, done.length, pending])).toEqual([
    ['a', 0, ['b', UNDO_STEP]],
    ['b', 1, [UNDO_STEP]],
    [UNDO_STEP, 2, []],
    [undefined, 3, []],
  ]);
});
