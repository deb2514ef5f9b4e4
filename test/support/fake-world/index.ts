export { fakeActivities } from './activities';
export type { Fault } from './faults';
export type { FakeInstance } from './instance';
export { NO_SUITE } from './no-suite';
export type { AttemptScript } from './script';
export { launchOf, PLACEMENTS, placementOf, runKeyOf } from './spec';
export { FakeWorld } from './world';
