/** The typed client of trainctl: `const client = await createClient(); const run = await client.start({ command: … })`. */

export type { RunListEntry } from '../contract';
export { type Manifest, readManifest } from './checkpoint-manifest';
export { checkpointManifest, downloadCheckpoint, listCheckpoints, manifestBytes } from './checkpoints';
export { type ClientOptions, createClient, TrainctlClient } from './client';
export { connectTemporal } from './connect';
export { type ClientErrorCode, messageOf, TrainctlError } from './errors';
export { type Fact, factsBetween } from './facts';
export { type FollowEvent, type FollowOptions, followRun, isTransient, waitForEnd } from './follow';
export { countLeftovers, findLeftovers, type Leftovers } from './leftovers';
export { LineSplitter } from './lines';
export type { ListOptions } from './list-runs';
export { SegmentReader } from './log-reader';
export { type MetricsRow, RunMetrics, withoutRepeatedSteps } from './metrics';
export { type ObjectEntry, type ObjectReader, readerOf } from './objects';
export { downloadOutput, listOutputs, type OutputFile } from './outputs';
export type { RunAddress } from './resolve-run';
export { grpcDetails, isConnectionFault } from './rpc';
export { RunHandle } from './run-handle';
export { type LogChunk, RunLog } from './run-log';
export { newestAttempt, type RunView, resultOf, runningCost } from './run-view';
export { newRunId, type StartOptions, summaryOf } from './start-run';
