/** The typed client of trainctl: `const client = await createClient(); const run = await client.start({ command: … })`. */

export type {
  AttemptStatus,
  CheckpointRef,
  Commit,
  ExtendArgs,
  LaunchTry,
  LimitsNow,
  Live,
  Market,
  MetricValue,
  NotFinite,
  Notice,
  Outcome,
  Phase,
  Placement,
  ReconcileArgs,
  ReconcileResult,
  RunListEntry,
  RunOrigin,
  RunResult,
  RunSpec,
  RunStatus,
  Settings,
  SpecFault,
  StageStatus,
  StopArgs,
  Summary,
} from '../contract';
export type { DurationInput, RunSpecInput, SizeInput } from '../contract/schema';
export { checkpointManifest, downloadCheckpoint, manifestBytes } from './checkpoints/download';
export { type ListedCheckpoint, listCheckpoints } from './checkpoints/list';
export { type Manifest, readManifest } from './checkpoints/manifest';
export { type ResumeEnd, type TracedCheckpoint, traceResumes } from './checkpoints/resumes';
export { type FolderHandle, TrainctlClient } from './client';
export { connectTemporal } from './connection/connect';
export { grpcDetails, isConnectionFault } from './connection/rpc';
export { type ClientOptions, createClient } from './create-client';
export { downloadOutput, OutputFolder } from './download-outputs';
export { type ClientErrorCode, messageOf, TrainctlError } from './errors';
export { LineSplitter } from './logs/lines';
export { SegmentReader } from './logs/log-reader';
export { type LogChunk, RunLog } from './logs/run-log';
export { markFetched } from './mark-fetched';
export { numberOf } from './metric-lines';
export { type MetricsRow, RunMetrics, withoutRepeatedSteps } from './metrics';
export { type ObjectEntry, type ObjectReader, readerOf } from './objects';
export { type OriginFacts, originOfCode } from './origin/origin';
export { listOutputs, type OnPlaceFault, type OutputFile } from './outputs';
export { type FollowEvent, type FollowOptions, followRun, isTransient, waitForEnd } from './runs/follow';
export { countLeftovers, findLeftovers, type Leftovers } from './runs/leftovers';
export type { ListOptions } from './runs/list-runs';
export { newRunId, summaryOf } from './runs/names';
export type { RunAddress } from './runs/resolve-run';
export { RunHandle } from './runs/run-handle';
export type { StartOptions } from './runs/start-run';
export { checkSpec } from './start/check';
export type { SentFolder } from './start/send';
export { type Fact, factsBetween } from './view/facts';
export { newestAttempt, type RunView, resultOf, runningCost, stepsInAll } from './view/run-view';
