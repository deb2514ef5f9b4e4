export { activityLog } from './activity-log';
export { readEnvironment, type WorkerEnvironment } from './environment';
export { NotOursError, WorkerStartError } from './errors';
export { createLog } from './logging';
export { type RunningWorkers, type StartArgs, startWorkers } from './start';
