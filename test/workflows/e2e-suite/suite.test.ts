import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  SCENARIO_TYPE,
  SUITE_MESSAGES,
  SUITE_TYPE,
  type SuiteResult,
  type SuiteStatus,
  scenarioWorkflowId,
  TASK_QUEUES,
  UNDO_STEP,
  type WebhookMessage,
} from '../../../contract';
import { Stage } from '../support/stage';
import { broken, failedIn, ModelledSuite, passed, plan } from './modelled';

let stage: Stage;
let model: ModelledSuite;
beforeAll(async () => {
  stage = await Stage.open('skipping');
});
beforeEach(() => {
  model = new ModelledSuite();
  stage.suite = model;
});
afterAll(() => stage?.close());

const start = (input: unknown[] = [], workflowId = `suite:${randomUUID()}`): Promise<WorkflowHandle> =>
  stage.env.client.workflow.start(SUITE_TYPE, { taskQueue: TASK_QUEUES.main, workflowId, args: input });

interface Closed {
  /** `passed`, or the type of the failure. */
  how: string;
  message: string;
  stack?: string;
  result: SuiteResult;
  memo: Record<string, unknown> | undefined;
  attributes: Record<string, unknown>;
}

async function closed(handle: WorkflowHandle): Promise<Closed> {
  const end = await handle.result().then(
    (result: SuiteResult) => ({ how: result.outcome, message: '', result }),
    (error: unknown) => {
      const { cause } = error as WorkflowFailedError & { cause: Error & { type?: string; details?: unknown[] } };
      if (!(error instanceof WorkflowFailedError)) throw error;
      return {
        how: cause.type ?? 'Canceled',
        message: cause.message,
        stack: cause.stack ?? '',
        result: cause.details?.[0] as SuiteResult,
      };
    },
  );
  const { memo, searchAttributes } = await handle.describe();
  return { ...end, memo, attributes: searchAttributes };
}

const outcomes = ({ result }: Closed): Record<string, string> =>
  Object.fromEntries(result.scenarios.map(({ name, outcome }) => [name, outcome]));

test.each([[[]], [[null]], [[{}]]])(
  'with input %j all scenarios run, each undone, then all is counted',
  async (input) => {
    const end = await closed(await start(input));
    expect(outcomes(end)).toEqual({ one: 'passed', two: 'passed', three: 'passed' });
    expect(end.result).toMatchObject({
      outcome: 'passed',
      leftovers: [],
      estimateUsd: expect.closeTo(0.3),
      cloud: 'local',
    });
    expect(end.result.costUsd).toBeCloseTo(0.15);
    for (const { steps } of end.result.scenarios)
      expect(steps.map(({ name }) => name)).toEqual(['first', 'second', UNDO_STEP]);
    for (const name of ['one', 'two', 'three'])
      expect(model.said.indexOf(`undo ${name}`)).toBeGreaterThan(model.said.indexOf(`run ${name}`));
    expect(model.said.slice(-2)).toEqual(['count', 'conclude passed']);
    expect(end.attributes).toMatchObject({
      TrainctlName: ['e2e'],
      TrainctlOutcome: ['passed'],
      TrainctlPhase: ['ended'],
    });
    expect(end.memo).toMatchObject({ outcome: 'passed' });
  },
);

test('bad options end it as invalid, with every fault in one line, before anything is created', async () => {
  const end = await closed(await start([{ only: ['tow'], maxUSD: 1, parallel: 0 }]));
  expect(end.how).toBe('invalid');
  for (const text of ['did you mean two?', 'maxUSD', 'parallel: 0 is no whole number'])
    expect(end.message).toContain(text);
  expect(end.message).not.toContain('\n');
  expect(end.stack).not.toContain('workflows/');
  expect(model.said).toEqual([]);
});

test.each([[7], ['code-sync'], [[1, 2]], [true]])('%j is no set of options', async (input) => {
  expect((await closed(await start([input]))).how).toBe('invalid');
  expect(model.said).toEqual([]);
});

test('one that fails ends the suite as failed, in one line that names scenario, step and why; the others run', async () => {
  model.run = async (name) => (name === 'two' ? failedIn(name, 'second', 'no\nsuch file') : passed(name));
  const end = await closed(await start());
  expect(end.how).toBe('failed');
  expect(end.message).toBe('two failed at "second": no · such file; expected this; saw that');
  expect(outcomes(end)).toEqual({ one: 'passed', two: 'failed', three: 'passed' });
  expect(end.memo).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('two failed at') });
  expect(end.attributes.TrainctlOutcome).toEqual(['failed']);
  expect(model.concluded).not.toHaveProperty('schedule');
});

test('an undo that fails is a failure, whatever the steps say; what is left is named', async () => {
  model.undo = async (name) =>
    name === 'one' ? broken('left: instance i-1 (running)') : { leftovers: [], costUsd: 0, runs: [] };
  const end = await closed(await start([{ only: ['one'] }]));
  expect(end.how).toBe('failed');
  expect(end.message).toContain(`one failed at "${UNDO_STEP}"`);
  expect(end.message).toContain('i-1');
});

test('what EC2 and S3 show in the end is left over, and a failure', async () => {
  model.left = ['instance i-9 (running)'];
  const end = await closed(await start([{ only: ['one'] }]));
  expect([end.how, end.result.leftovers]).toEqual(['failed', ['instance i-9 (running)']]);
  expect(end.message).toContain('left over: instance i-9 (running)');
  expect(end.attributes.TrainctlCleanupPending).toEqual([true]);
  // It is asked again for a while: what goes is shown for a moment.
  expect(model.said.filter((one) => one === 'count')).toHaveLength(6);
});

test('what no longer fits into the budget is not begun: over-budget, and nothing for nothing', async () => {
  model.plans = [plan('small', 0.2), plan('large', 5), plan('other', 0.2)];
  const end = await closed(await start([{ maxUsd: 0.5, parallel: 1 }]));
  expect(end.how).toBe('over-budget');
  expect(outcomes(end)).toEqual({ small: 'passed', large: 'skipped', other: 'passed' });
  expect(end.message).toContain('1 of 3 scenarios were not begun');
  expect(end.message).toContain('large');
  expect(model.said).not.toContain('run large');
  // Each may spend what the others leave.
  expect(model.budgets.small).toBeCloseTo(0.5);
  expect(model.budgets.other).toBeCloseTo(0.45);
});

test('with next to no money nothing is begun', async () => {
  const end = await closed(await start([{ maxUsd: 0.001 }]));
  expect([end.how, end.result.costUsd]).toEqual(['over-budget', 0]);
  expect(model.said).toEqual(['count', 'conclude over-budget']);
});

test('a worker that is lost means failed in the step that was under way; the undo comes all the same', async () => {
  const progress = { steps: passed('one').steps.slice(0, 1), step: 'second', later: ['third'], runs: ['r'] };
  model.run = async () => {
    throw ApplicationFailure.create({
      type: 'worker-shutdown',
      message: 'its worker was shut down',
      nonRetryable: true,
      details: [progress],
    });
  };
  const end = await closed(await start([{ only: ['one'] }]));
  expect(end.message).toBe('one failed at "second": its worker was shut down');
  expect(end.result.scenarios[0]?.steps.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['first', 'passed'],
    ['second', 'failed'],
    ['third', 'skipped'],
    [UNDO_STEP, 'passed'],
  ]);
  expect(model.said).toEqual(['run one', 'undo one', 'count', 'conclude failed']);
});

test('steps that answer what cannot be read have failed, and are undone', async () => {
  model.run = async () => ({ name: 'one', outcome: 'fine', steps: [] }) as never;
  const end = await closed(await start([{ only: ['one'] }]));
  expect(end.message).toContain('answered nothing that can be read');
  expect(model.said).toContain('undo one');
});

test('skipped scenarios are no success; all of them skipped is a failure', async () => {
  model.run = async (name) => ({
    ...passed(name),
    outcome: 'skipped',
    steps: [{ name: 'first', outcome: 'skipped', seconds: 0, error: { message: 'there is no role' } }],
  });
  const end = await closed(await start());
  expect([end.how, end.message]).toEqual(['failed', 'nothing was shown: every scenario was skipped']);
});

test('the webhook hears of a failure once, with scenario, step, reason and link; of a success only when asked', async () => {
  const heard: WebhookMessage[] = [];
  const world = stage.fresh();
  world.postWebhook = async (message) => {
    heard.push(message);
    return { sent: true };
  };
  model.webhook = true;
  await closed(await start([{ only: ['one'] }]));
  await closed(await start([{ only: ['one'], notify: 'always' }]));
  model.run = async (name) => failedIn(name, 'second');
  await closed(await start([{ only: ['one'] }]));
  await closed(await start([{ only: ['one'], notify: 'never' }]));
  const until = Date.now() + 120_000;
  while (heard.length < 2 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard.map((one) => (one.event === 'suite-ended' ? one.outcome : one.event)).sort()).toEqual([
    'failed',
    'passed',
  ]);
  expect(heard.find((one) => one.event === 'suite-ended' && one.outcome === 'failed')).toMatchObject({
    scenario: 'one',
    step: 'second',
    reason: expect.stringContaining('it broke'),
    link: 'http://ui.test/suite',
  });
});

test('a last one begins when the others have ended', async () => {
  model.plans = [plan('sweep', 0, { last: true }), plan('one'), plan('two')];
  const end = await closed(await start([{ parallel: 3 }]));
  expect(end.how).toBe('passed');
  expect(model.said.indexOf('run sweep')).toBeGreaterThan(
    Math.max(model.said.indexOf('undo one'), model.said.indexOf('undo two')),
  );
});

test('it says where it is, takes any signal, and its scenarios are workflows of their own', async () => {
  const handle = await start([{ only: ['two'] }], `nightly-2026-11-27T03:00:00Z-${randomUUID()}`);
  await handle.signal('nonsense', { a: 1 });
  await handle.signal(SUITE_MESSAGES.step, 'not a step');
  const { result } = await closed(handle);
  const status = await handle.query<SuiteStatus>(SUITE_MESSAGES.status);
  expect(status).toMatchObject({ phase: 'ended', outcome: 'passed', suite: handle.workflowId, tag: result.tag });
  expect(status.warnings[0]).toContain('there is no signal "nonsense"');
  const id = scenarioWorkflowId(handle.workflowId, '', 'two');
  expect(status.scenarios).toMatchObject([{ name: 'two', phase: 'ended', workflowId: id }]);
  const child = stage.env.client.workflow.getHandle(id);
  expect(await child.describe()).toMatchObject({
    type: SCENARIO_TYPE,
    memo: { scenario: 'two', suite: { tag: result.tag } },
    searchAttributes: { TrainctlName: ['two'], TrainctlProject: [result.tag], TrainctlOutcome: ['passed'] },
  });
});

test('a scenario that somebody starts by hand says that its suite does that', async () => {
  const handle = await stage.env.client.workflow.start(SCENARIO_TYPE, {
    taskQueue: TASK_QUEUES.main,
    workflowId: `by-hand-${randomUUID()}`,
    args: [{ only: 'x' }],
  });
  expect(await closed(handle)).toMatchObject({
    how: 'invalid',
    message: expect.stringContaining('started by its suite'),
  });
});
