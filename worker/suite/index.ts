export { createSuiteActivities, type SuiteDeps } from './activities';
export { pauseAfterFailures } from './failing-schedule';
export type { Tell } from './tell';
