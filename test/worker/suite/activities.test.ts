import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ScenarioProgress, ScenarioResult, StepNews, SuiteRef, SuiteResult, WaitNews } from '../../../contract';
import { createSuiteActivities, type SuiteDeps } from '../../../worker/suite';
import { SETTINGS as settings } from '../../client/support/settings-fixture';

const SUITE: SuiteRef = {
  workflowId: 'nightly:1',
  runId: 'run',
  suiteKey: '0123456789abcdef',
  tag: 'e2e-s-0123456789abcdef',
  installation: 'default',
  namespaceId: 'ns',
};

const result = (more: Partial<ScenarioResult> = {}): ScenarioResult => ({
  name: 'one',
  outcome: 'passed',
  steps: [{ name: 'a', outcome: 'passed', seconds: 1 }],
  seconds: 1,
  costUsd: 0.1,
  leftovers: [],
  ...more,
});

/** What the steps meet, in memory. */
function world(runner: Partial<SuiteDeps['runner']> = {}) {
  const objects = new Map<string, string>();
  const told: [string, StepNews][] = [];
  const failed: unknown[] = [];
  const waits: [string, WaitNews][] = [];
  const deps = {
    settings: {
      ...settings,
      prefix: 'p/',
      bucket: 'b',
      webhook: 'http://127.0.0.1:1/',
      temporal: { ...settings.temporal, uiUrl: 'http://ui/' },
    },
    namespaceId: 'ns',
    installationKey: 'key',
    log: { warn: () => undefined },
    store: {
      put: async (key: string, body: string) => void objects.set(key, body),
      getRange: async (key: string) => Buffer.from(objects.get(key) ?? ''),
    },
    tell: async ({ workflowId }: { workflowId: string }, news: StepNews) => void told.push([workflowId, news]),
    tellWait: async ({ workflowId }: { workflowId: string }, news: WaitNews) => void waits.push([workflowId, news]),
    failed: async (...args: unknown[]) => void failed.push(args),
    runner: {
      plans: () => [{ name: 'one', shows: '', creates: [], minutes: 1, estimateUsd: 0.1 }],
      run: async () => result(),
      undo: async () => ({ runs: ['r'], costUsd: 0.2, leftovers: [], failures: [] }),
      leftovers: async () => [],
      ...runner,
    },
  } as unknown as SuiteDeps;
  return { activities: createSuiteActivities(deps), deps, objects, told, failed, waits };
}

/** Failures are what some of these are about. */
const environment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

test('a plan says who the suite is, what will be run, and where it is seen; faults are answers', async () => {
  const { activities } = world();
  const asked = { workflowId: 'nightly:1', runId: 'r' };
  expect(await activities.planSuite({ ...asked, input: {} })).toMatchObject({
    kind: 'ok',
    suite: {
      workflowId: 'nightly:1',
      runId: 'r',
      tag: expect.stringMatching(/^e2e-s-[0-9a-f]{16}$/),
      installationKey: 'key',
    },
    options: { only: ['one'], maxUsd: 3 },
    scenarios: [{ name: 'one' }],
    report: expect.stringMatching(/^s3:\/\/b\/p\/e2e-reports\/e2e-s-[0-9a-f]{16}\/$/),
    link: expect.stringMatching(/^http:\/\/ui\/namespaces\/[^/]+\/workflows\/nightly%3A1\/r$/),
    webhook: true,
  });
  expect(await activities.planSuite({ ...asked, input: { only: 'two' } })).toMatchObject({
    kind: 'invalid',
    faults: [{ path: 'only[0]' }],
  });
});

test('steps are heartbeaten and told as they end; evidence is cut for Temporal, and kept whole', async () => {
  const long = 'x'.repeat(9_000);
  const failing = result({
    outcome: 'failed',
    steps: [
      { name: 'a', outcome: 'failed', seconds: 1, error: { message: 'no' }, evidence: [{ name: 'log', text: long }] },
    ],
  });
  const { activities, objects, told } = world({
    run: async (_name, { onStep, capUsd, tag }) => {
      expect([capUsd, tag]).toEqual([0.5, SUITE.tag]);
      onStep({ done: [], running: 'a', pending: ['b'] });
      onStep({ done: failing.steps, pending: [] });
      return failing;
    },
  });
  const env = environment();
  const beats: ScenarioProgress[] = [];
  env.on('heartbeat', (details) => beats.push(details as ScenarioProgress));
  const answer = (await env.run(activities.runScenario, {
    suite: SUITE,
    scenario: 'one',
    budgetUsd: 0.5,
  })) as ScenarioResult;
  expect(answer.steps[0]?.evidence?.[0]?.text.length).toBeLessThan(2_000);
  expect(beats).toContainEqual({ steps: [], step: 'a', later: ['b'], runs: [] });
  expect(beats.at(-1)?.steps).toMatchObject([{ name: 'a', outcome: 'failed' }]);
  expect(told.filter(([to]) => to === 'nightly:1').map(([, { step }]) => step)).toEqual(['a', undefined]);
  const { steps } = JSON.parse([...objects.values()][0] ?? '') as ScenarioResult;
  expect(steps[0]?.evidence?.[0]?.text).toBe(long);

  // The report has it.
  const whole: SuiteResult = { outcome: 'failed', scenarios: [answer], costUsd: 0.1, leftovers: [] };
  await environment().run(activities.concludeSuite, { suite: SUITE, result: whole });
  const names = [...objects.keys()].filter((key) => key.includes('/report.')).sort();
  expect(names.map((key) => key.slice(`p/e2e-reports/${SUITE.tag}/`.length))).toEqual([
    'report.html',
    'report.json',
    'report.xml',
  ]);
  expect(objects.get(`p/e2e-reports/${SUITE.tag}/report.json`)).toContain(long);
});

test('a cancel ends the step that is under way, and what came of it is the answer', async () => {
  const env = environment();
  const { activities } = world({
    run: (_name, { signal, onStep }) =>
      new Promise((resolve) => {
        onStep({ done: [], running: 'a', pending: [] });
        signal?.addEventListener('abort', () => resolve(result({ outcome: 'skipped' })));
      }),
  });
  const running = env.run(activities.runScenario, { suite: SUITE, scenario: 'one', budgetUsd: 1 });
  env.cancel('CANCELLED');
  expect(await running).toMatchObject({ outcome: 'skipped' });
});

test('a worker that shuts down hands in what is known', async () => {
  const env = environment();
  const { activities } = world({
    run: (_name, { onStep }) => {
      onStep({ done: result().steps, running: 'b', pending: ['c'] });
      return new Promise(() => undefined);
    },
  });
  const running = env.run(activities.runScenario, { suite: SUITE, scenario: 'one', budgetUsd: 1 });
  const { ActivityCancellationDetails } = await import('@temporalio/common');
  env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  await expect(running).rejects.toMatchObject({
    type: 'worker-shutdown',
    nonRetryable: true,
    details: [{ steps: [{ name: 'a' }], step: 'b', later: ['c'] }],
  });
});

test('an undo that is not done is asked for again, with what is left in its words', async () => {
  const args = { suite: SUITE, scenario: 'one' };
  expect(await environment().run(world().activities.undoScenario, args)).toEqual({
    runs: ['r'],
    costUsd: 0.2,
    leftovers: [],
  });
  const undo = async () => ({
    runs: [],
    costUsd: 0,
    leftovers: ['instance i-1 (running)'],
    failures: ['EC2: throttled'],
  });
  const failing = environment().run(world({ undo }).activities.undoScenario, args);
  await expect(failing).rejects.toMatchObject({
    type: 'cleanup-pending',
    message: 'EC2: throttled; left: instance i-1 (running)',
  });
});

test('the Schedule hears of a failure', async () => {
  const { activities, failed } = world();
  const whole: SuiteResult = { outcome: 'failed', scenarios: [], costUsd: 0, leftovers: [], reason: 'one failed' };
  const schedule = { id: 'nightly', pauseAfter: 3 };
  await environment().run(activities.concludeSuite, { suite: SUITE, result: whole, schedule });
  expect(failed).toEqual([[schedule, { suite: SUITE, reason: 'one failed' }]]);
});

test('it hears of it also where no report can be stored, and of options that are wrong', async () => {
  const schedule = { id: 'nightly', pauseAfter: 3 };
  const full = world();
  full.deps.store.put = () => Promise.reject(new Error('access denied'));
  const result: SuiteResult = { outcome: 'failed', scenarios: [], costUsd: 0, leftovers: [] };
  const storing = environment().run(full.activities.concludeSuite, { suite: SUITE, result, schedule });
  await expect(storing).rejects.toThrow('access denied');
  full.deps.failed = async () => true;
  const paused = environment().run(full.activities.concludeSuite, { suite: SUITE, result, schedule });
  await expect(paused).rejects.toMatchObject({
    message: 'the report could not be stored: access denied',
    details: [{ paused: true, stored: false }],
  });
  expect(full.failed).toEqual([[schedule, { suite: SUITE, reason: 'failed' }]]);
  const { activities, failed, objects } = world();
  await environment().run(activities.concludeSuite, { suite: SUITE, reason: 'maxUSD', schedule });
  expect(failed).toEqual([[schedule, { suite: SUITE, reason: 'maxUSD' }]]);
  expect(objects.size).toBe(0);
});

describe('what is away is told to the suite, and to the workflow of the step', () => {
  const away = (): Promise<never> => Promise.reject(new Error('connect ECONNREFUSED S3'));
  const attempt = (number: number) =>
    new MockActivityEnvironment({ attempt: number }, { logger: new DefaultLogger('ERROR') });

  it('by an undo that fails', async () => {
    const { activities, waits } = world({
      undo: async (_name, _tag, onWait) => {
        onWait?.('EC2 shows nothing of it alive', 'EC2 is away');
        onWait?.('EC2 shows nothing of it alive');
        return { runs: [], costUsd: 0, leftovers: [], failures: ['its objects: S3 is away'] };
      },
    });
    await expect(attempt(1).run(activities.undoScenario, { suite: SUITE, scenario: 'one' })).rejects.toThrow(
      'S3 is away',
    );
    const toSuite = waits.filter(([to]) => to === 'nightly:1').map(([, news]) => news);
    expect(toSuite).toEqual([
      { scenario: 'one', what: 'EC2 shows nothing of it alive', why: 'EC2 is away' },
      { scenario: 'one', what: 'EC2 shows nothing of it alive' },
      { scenario: 'one', what: 'what it has made is taken away', why: 'its objects: S3 is away', tries: 1 },
    ]);
    expect(waits.filter(([to]) => to !== 'nightly:1').map(([, news]) => news)).toEqual(toSuite);
  });

  it('by the count of what is left', async () => {
    const { activities, waits } = world({ leftovers: away });
    await expect(attempt(2).run(activities.countSuiteLeftovers, { suite: SUITE })).rejects.toThrow('ECONNREFUSED');
    expect(waits[0]?.[1]).toEqual({
      what: expect.stringContaining('what is left'),
      why: 'connect ECONNREFUSED S3',
      tries: 2,
    });
  });

  it('by the report, and not at every try', async () => {
    const { activities, deps, waits } = world();
    deps.store.put = away;
    const whole: SuiteResult = { outcome: 'passed', scenarios: [], costUsd: 0, leftovers: [] };
    for (const number of [3, 4, 5])
      await expect(attempt(number).run(activities.concludeSuite, { suite: SUITE, result: whole })).rejects.toThrow();
    expect(new Set(waits.map(([, { what, tries }]) => `${what} ${tries}`))).toEqual(
      new Set(['the report is stored 3', 'the report is stored 5']),
    );
  });

  it('by a step of the scenario', async () => {
    const { activities, waits } = world({
      run: async (_name, { onWait }) => {
        onWait?.('a line of its log', 'S3 is away');
        return result();
      },
    });
    await attempt(1).run(activities.runScenario, { suite: SUITE, scenario: 'one', budgetUsd: 1 });
    expect(waits).toContainEqual(['nightly:1', { scenario: 'one', what: 'a line of its log', why: 'S3 is away' }]);
  });
});
