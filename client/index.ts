/** The typed client of trainctl: `const client = await createClient(); const run = await client.start({ command: … })`. */
export { type ClientOptions, createClient, TrainctlClient } from './client';
export { connectTemporal } from './connect';
export { type ClientErrorCode, messageOf, TrainctlError } from './errors';
export { type Fact, factsBetween } from './facts';
export { type FollowEvent, type FollowOptions, followRun, isTransient, waitForEnd } from './follow';
export { countLeftovers, findLeftovers, type Leftovers } from './leftovers';
export { LineSplitter } from './lines';
export type { ListOptions, RunListEntry } from './list-runs';
export { SegmentReader } from './log-reader';
export { type ObjectEntry, type ObjectReader, readerOf } from './objects';
export type { RunAddress } from './resolve-run';
export { grpcDetails, isConnectionFault } from './rpc';
export { RunHandle } from './run-handle';
export { type LogChunk, RunLog } from './run-log';
export { type RunView, resultOf, runningCost } from './run-view';
export { newRunId, type StartOptions, summaryOf } from './start-run';
