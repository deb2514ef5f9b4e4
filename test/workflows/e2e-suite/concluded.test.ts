import { SCHEDULED_BY, SUITE_MESSAGES, SUITE_PAUSED, SUITE_TYPE, type SuiteStatus } from '../../../contract';
import { type Answers, type Driven, Isolate, payload, type Result } from '../support/driven';
import { ModelledSuite } from './modelled';

jest.setTimeout(120_000);

let isolate: Isolate;
beforeAll(async () => {
  isolate = await Isolate.open();
});
afterAll(() => isolate.close());

/** `enums.v1.TimeoutType`. */
const HEARTBEAT = 4;

/** So poor that nothing of it begins. */
const POOR = { maxUsd: 0.000001 };

/** A suite of the night to its end, whose last step ends so. */
async function concluding(last: Result): Promise<Driven> {
  const plan = await new ModelledSuite().planSuite({ workflowId: 'nightly', runId: 'r', input: POOR });
  const answers: Answers = (step) => {
    if (step === 'planSuite') return { result: plan };
    return step === 'concludeSuite' ? { raw: last } : { result: { leftovers: [] } };
  };
  const suite = await isolate.start(SUITE_TYPE, [payload(POOR)], answers, { [SCHEDULED_BY]: ['nightly'] });
  expect(await suite.untilItEnds()).toMatchObject({ type: 'over-budget' });
  return suite;
}

const statusOf = async (suite: Driven) => (await suite.query(SUITE_MESSAGES.status)) as SuiteStatus;

/** As the server hands in what an activity has thrown. */
const thrown = (message: string, ...details: unknown[]): Result => ({
  failed: {
    failure: {
      activityFailureInfo: { activityType: { name: 'concludeSuite' } },
      cause: { message, applicationFailureInfo: { type: 'x', details: { payloads: details.map(payload) } } },
    },
  },
});

const lost: Result = {
  failed: {
    failure: {
      activityFailureInfo: { activityType: { name: 'concludeSuite' } },
      cause: { timeoutFailureInfo: { timeoutType: HEARTBEAT } },
    },
  },
};

test('a Schedule that could not be told is said so, and the report is where it is', async () => {
  const why = 'the Schedule nightly could not be told: Temporal is away';
  const { warnings, report } = await statusOf(await concluding(thrown(why, { paused: false, stored: true })));
  expect(warnings).toEqual([why]);
  expect(report).toBe('s3://b/r/');
});

test('a report that could not be stored is nowhere, and the Schedule is paused all the same', async () => {
  const why = 'the report could not be stored: access denied';
  const suite = await concluding(thrown(why, { paused: true, stored: false }));
  const status = await statusOf(suite);
  expect(status.warnings).toEqual([why]);
  expect(status).not.toHaveProperty('report');
  expect(suite.memo).toMatchObject({ [SUITE_PAUSED]: 'nightly' });
});

test.each<[string, Result, string]>([
  ['a worker that is lost', lost, 'its worker is lost'],
  ['a worker of an older release', thrown('access denied'), 'access denied'],
  ['details that nobody writes', thrown('x', { stored: 'yes', paused: 1 }), 'x'],
])('after %s nothing is claimed of either', async (_what, last, why) => {
  const suite = await concluding(last);
  const status = await statusOf(suite);
  expect(status.warnings).toEqual([expect.stringContaining('the Schedule told, is not known: ')]);
  expect(status.warnings[0]).toContain(why);
  expect(status).not.toHaveProperty('report');
  expect(suite.memo).not.toHaveProperty(SUITE_PAUSED);
});
