import {
  SCENARIO_TYPE,
  SCHEDULED_BY,
  SUITE_MESSAGES,
  SUITE_PAUSED,
  SUITE_TYPE,
  type SuiteStatus,
} from '../../../contract';
import { type Answers, type Driven, Isolate, payload } from '../support/driven';
import { ModelledSuite } from './modelled';

jest.setTimeout(120_000);

let isolate: Isolate;
beforeAll(async () => {
  isolate = await Isolate.open();
});
afterAll(() => isolate.close());

const asked = { workflowId: 'nightly', runId: 'r' };
const planned = async (input: unknown): Promise<Answers> => {
  const plan = await new ModelledSuite().planSuite({ ...asked, input });
  return (step) => (step === 'planSuite' ? { result: plan } : undefined);
};
const NIGHTLY = { [SCHEDULED_BY]: ['nightly'] };

/** What the step that tells the Schedule was given. */
const concluded = ({ scheduled, given }: Driven): unknown[] => given.filter((_, i) => scheduled[i] === 'concludeSuite');

describe('a suite whose options are wrong', () => {
  const wrong = { maxUSD: 1, pauseAfter: 2 };

  it('counts for the Schedule that has started it, though nothing of it ran', async () => {
    const answers = await planned(wrong);
    const suite = await isolate.start(SUITE_TYPE, [payload(wrong)], answers, NIGHTLY);
    expect(concluded(suite)).toEqual([
      {
        suite: expect.objectContaining(asked),
        reason: expect.stringContaining('maxUSD'),
        // What is wrong says nothing of itself that could be believed.
        schedule: { id: 'nightly', pauseAfter: 3 },
      },
    ]);
    expect(suite.end).toBeUndefined();
    suite.answers = (step) => (step === 'concludeSuite' ? { result: { paused: true } } : answers(step));
    expect(await suite.untilItEnds()).toMatchObject({ how: 'failed', type: 'invalid' });
    expect(suite.scheduled).toEqual(['planSuite', 'concludeSuite']);
    // The next failure counts from there.
    expect(suite.memo).toMatchObject({ outcome: 'invalid', [SUITE_PAUSED]: 'nightly' });
  });

  it('is invalid also where the Schedule cannot be told', async () => {
    const answers = await planned(wrong);
    const answer: Answers = (step) => (step === 'concludeSuite' ? { failure: 'Temporal is away' } : answers(step));
    const suite = await isolate.start(SUITE_TYPE, [payload(wrong)], answer, NIGHTLY);
    expect(await suite.untilItEnds()).toMatchObject({ how: 'failed', type: 'invalid' });
  });

  it.each([[null], [7], ['paused'], [{ paused: 'yes' }]])('believes no answer such as %j', async (result) => {
    const answers = await planned(wrong);
    const answer: Answers = (step) => (step === 'concludeSuite' ? { result } : answers(step));
    const suite = await isolate.start(SUITE_TYPE, [payload(wrong)], answer, NIGHTLY);
    expect(await suite.untilItEnds()).toMatchObject({ type: 'invalid' });
    expect(suite.memo).not.toHaveProperty(SUITE_PAUSED);
  });

  it('is nobody’s failure where a person has started it', async () => {
    const suite = await isolate.start(SUITE_TYPE, [payload(wrong)], await planned(wrong));
    expect(await suite.untilItEnds()).toMatchObject({ type: 'invalid' });
    expect(concluded(suite)).toEqual([]);
  });
});

describe('what is waited for', () => {
  const said = (driven: Driven, news: unknown) => driven.activate([driven.signal(SUITE_MESSAGES.waits, payload(news))]);
  const statusOf = async (driven: Driven) => (await driven.query(SUITE_MESSAGES.status)) as SuiteStatus;
  const pageOf = async (driven: Driven) => JSON.stringify(await driven.query('__temporal_workflow_metadata'));
  const away = { what: 'the report is stored', why: 'S3 *is* away', tries: 3 };

  it('stands in the status of the suite and on its page, until it came', async () => {
    const suite = await isolate.start(SUITE_TYPE, [], () => undefined);
    await said(suite, away);
    expect((await statusOf(suite)).waits).toMatchObject({ ...away, at: expect.stringMatching(/^2023-/) });
    expect(await pageOf(suite)).toContain('the report is stored (3 tries so far): S3 ');
    await said(suite, { what: away.what });
    expect(await statusOf(suite)).not.toHaveProperty('waits');
    expect(await pageOf(suite)).not.toContain('the report is stored');
  });

  it('of a scenario stands at the scenario while it is under way', async () => {
    const suite = await isolate.start(SUITE_TYPE, [], await planned({}));
    await said(suite, { ...away, scenario: 'one' });
    await said(suite, { ...away, scenario: 'three' });
    const { scenarios } = await statusOf(suite);
    expect(scenarios.map(({ phase, waits }) => [phase, waits?.why])).toEqual([
      ['running', away.why],
      ['running', undefined],
      ['waiting', undefined],
    ]);
    expect(await pageOf(suite)).toContain('one: the report is stored');
    const steps = { scenario: 'one', step: 'second', steps: [{ name: 'first', outcome: 'passed', seconds: 1 }] };
    await suite.activate([suite.signal(SUITE_MESSAGES.step, payload(steps))]);
    expect((await statusOf(suite)).scenarios[0]).not.toHaveProperty('waits');
  });

  it('ends with the workflow of a scenario that Temporal has ended, also while what it made is taken away', async () => {
    const suite = await isolate.start(SUITE_TYPE, [], await planned({}));
    await said(suite, { ...away, scenario: 'one' });
    const steps = { scenario: 'one', step: 'second', steps: [] };
    await suite.activate([suite.signal(SUITE_MESSAGES.step, payload(steps))]);
    await said(suite, { ...away, scenario: 'one' });
    const ended = { workflowExecution: { workflowId: 'x', runId: 'child' }, workflowType: { name: SCENARIO_TYPE } };
    const failure = { childWorkflowExecutionFailureInfo: ended, cause: { terminatedFailureInfo: {} } };
    await suite.activate([{ resolveChildWorkflowExecution: { seq: 1, result: { failed: { failure } } } }]);
    expect(suite.scheduled.at(-1)).toBe('undoScenario');
    const [one] = (await statusOf(suite)).scenarios;
    expect(one).toMatchObject({ name: 'one', phase: 'undoing' });
    expect(one).not.toHaveProperty('waits');
    expect(one).not.toHaveProperty('step');
    expect(await pageOf(suite)).not.toContain('the report is stored');
  });

  it('stands in the status and on the page of its own workflow', async () => {
    const plan = await new ModelledSuite().planSuite({ ...asked, input: {} });
    const args = { suite: plan.suite, plan: { name: 'one', shows: 'x', creates: [], minutes: 1, estimateUsd: 0 } };
    const scenario = await isolate.start(SCENARIO_TYPE, [payload({ ...args, budgetUsd: 1 })]);
    await said(scenario, { ...away, scenario: 'two' });
    expect(await statusOf(scenario)).not.toHaveProperty('waits');
    await said(scenario, { ...away, scenario: 'one' });
    expect(await statusOf(scenario)).toMatchObject({ waits: away });
    expect(await pageOf(scenario)).toContain('the report is stored (3 tries so far)');
  });

  it('is none of what a person types', async () => {
    const suite = await isolate.start(SUITE_TYPE, []);
    for (const odd of [null, 7, 'x', {}, { what: 1, why: 2 }, { what: 'x', why: { a: 1 } }]) await said(suite, odd);
    expect((await statusOf(suite)).waits?.why ?? '').toBe('');
    await said(suite, { what: 'x', why: 'y'.repeat(100_000) });
    expect((await statusOf(suite)).waits?.why.length).toBeLessThanOrEqual(300);
  });
});
