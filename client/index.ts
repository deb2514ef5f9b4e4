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
  SuiteOptions,
  SuiteResult,
  SuiteStatus,
  Summary,
} from '../contract';
export { resultOf } from '../contract';
export type { DurationInput, RunSpecInput, SizeInput } from '../contract/schema';
export { checkpointManifest, downloadCheckpoint, manifestBytes } from './checkpoints/download';
export { type ListedCheckpoint, listCheckpoints } from './checkpoints/list';
export { type Manifest, readManifest } from './checkpoints/manifest';
export { type ResumeEnd, type TracedCheckpoint, traceResumes } from './checkpoints/resumes';
export { type FolderHandle, TrainctlClient } from './client';
export { codeOf } from './code/code-of';
export { runInput } from './code/needed';
export { LEAST_CODE_AGE, type PruneCodeOptions, type PrunedCode } from './code/prune';
export { connectTemporal } from './connection/connect';
export { type Here, type Poller, pollersOf, type SeenPoller, THIS_MACHINE } from './connection/pollers';
export { grpcDetails, isConnectionFault, missingNamespace } from './connection/rpc';
export { serverHint, temporalUnavailable } from './connection/server-words';
export { type ClientOptions, createClient } from './create-client';
export { downloadOutput, OutputFolder } from './download-outputs';
export { type ClientErrorCode, messageOf, TrainctlError } from './errors';
export { LineSplitter } from './logs/lines';
export { SegmentReader } from './logs/log-reader';
export { type LogChunk, RunLog } from './logs/run-log';
export type { LostOutputs } from './lost-outputs';
export { markFetched } from './mark-fetched';
export { numberOf } from './metric-lines';
export { type MetricsRow, RunMetrics, withoutRepeatedSteps } from './metrics';
export { type ObjectEntry, type ObjectReader, readerOf } from './objects';
export { type OriginFacts, originOfCode } from './origin/origin';
export type { OutputFile } from './output-files';
export type { OnPlaceFault } from './output-places';
export { type FoundOutputs, findOutputs, listOutputs } from './outputs';
export { type FollowEvent, type FollowOptions, followRun, waitForEnd } from './runs/follow';
export { countLeftovers, findLeftovers, type Leftovers } from './runs/leftovers';
export type { ListOptions } from './runs/list/list-runs';
export type { PastOptions, PastRuns } from './runs/list/past-runs';
export { newRunId, summaryOf } from './runs/names';
export type { OrderOptions } from './runs/order';
export type { RunAddress } from './runs/resolve-run';
export { RunHandle, type StatusOptions } from './runs/run-handle';
export type { StartOptions } from './runs/start-run';
export { type StopAnswer, stopRuns } from './runs/stop-runs';
export { isTransient } from './runs/transient';
export { type CheckedSchedule, checkSchedule, type ScheduleTimes, scheduleFault } from './schedules/check';
export { isOverlap, OVERLAPS, type Overlap } from './schedules/overlap';
export { type ScheduleOptions, Schedules } from './schedules/schedules';
export type { Triggered } from './schedules/trigger';
export type { ScheduleView } from './schedules/view';
export { checkSpec } from './start/check';
export { resultFolders, type SentFolder } from './start/send';
export { SuiteHandle } from './suites/handle';
export type { SuiteScheduleView, SuiteTimes } from './suites/schedule';
export { Suites } from './suites/suites';
export { type Fact, factsBetween } from './view/facts';
export { newestAttempt, type RunView, runningCost, stepsInAll } from './view/run-view';
