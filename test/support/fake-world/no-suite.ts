import type { SuiteActivities } from '../../../contract';

const none = (): Promise<never> => Promise.reject(new Error('this world has no end-to-end suite'));

/** The steps of the operator's suite, where there is none. */
export const NO_SUITE: SuiteActivities = {
  planSuite: none,
  runScenario: none,
  undoScenario: none,
  countSuiteLeftovers: none,
  concludeSuite: none,
};
