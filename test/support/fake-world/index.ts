export { fakeActivities } from './activities';
export type { Fault } from './faults';
export type { FakeInstance } from './instance';
export type { AttemptScript } from './script';
export { launchOf, PLACEMENTS, placementOf, runKeyOf } from './spec';
export { FakeWorld } from './world';
