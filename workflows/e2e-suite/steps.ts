import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ScenarioRef, SuiteActivities } from '../../contract';
import { SIGNS } from '../rules/signs';

/** Calls of an API, which give signs of life: repeated until the service is back. */
const api = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: `${SIGNS.closing}s`,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
} as const;

export const { planSuite } = proxyActivities<Pick<SuiteActivities, 'planSuite'>>({
  ...api,
  scheduleToCloseTimeout: '1 hour',
  summary: 'check the options; what will be run, and what it costs',
});

export const { countSuiteLeftovers } = proxyActivities<Pick<SuiteActivities, 'countSuiteLeftovers'>>({
  ...api,
  scheduleToCloseTimeout: '30 minutes',
  summary: 'ask EC2 and S3 what is left of the suite',
});

export const { concludeSuite } = proxyActivities<Pick<SuiteActivities, 'concludeSuite'>>({
  ...api,
  scheduleToCloseTimeout: '10 minutes',
  summary: 'store the report; tell the Schedule',
});

/** Minutes that the frame gives to the steps at most (`e2e/scenarios/frame/limits.ts`), and those of an undo. */
const STEPS = { times: 4, more: 2 };
const UNDO_MINUTES = 45;

/** Once: what it has made is not known to a second try. It heartbeats, so that a lost worker is noticed within half a minute. */
export const runScenario = (
  args: Parameters<SuiteActivities['runScenario']>[0],
  minutes: number,
): ReturnType<SuiteActivities['runScenario']> =>
  proxyActivities<Pick<SuiteActivities, 'runScenario'>>({
    startToCloseTimeout: `${Math.ceil(minutes * STEPS.times) + STEPS.more + UNDO_MINUTES} minutes`,
    heartbeatTimeout: `${SIGNS.closing}s`,
    retry: { maximumAttempts: 1 },
    // Its undo may begin only when it has ended: both at once would be in each other's way.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `the steps of ${args.scenario}`,
  }).runScenario(args);

/** Asked for again until nothing is left, for two hours: what stays then is named, and is the reconciler's. */
export const undoScenario = (args: ScenarioRef): ReturnType<SuiteActivities['undoScenario']> =>
  proxyActivities<Pick<SuiteActivities, 'undoScenario'>>({
    startToCloseTimeout: `${UNDO_MINUTES} minutes`,
    scheduleToCloseTimeout: '2 hours',
    heartbeatTimeout: `${SIGNS.closing}s`,
    retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s' },
    summary: `take away what ${args.scenario} has made`,
  }).undoScenario(args);
