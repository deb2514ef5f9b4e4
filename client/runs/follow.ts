import { setTimeout as delay } from 'node:timers/promises';
import { grpcDetails, isConnectionFault } from '../connection/rpc';
import { messageOf, TrainctlError } from '../errors';
import { LineSplitter } from '../logs/lines';
import { RunLog } from '../logs/run-log';
import type { RunView } from '../view/run-view';
import type { RunHandle } from './run-handle';

export type FollowEvent =
  | { kind: 'status'; view: RunView }
  | { kind: 'log'; attempt: number; line: string }
  /** The unfinished last line of the log, such as a progress bar, as it stands; told at each look while there is one. */
  | { kind: 'bar'; attempt: number; line: string }
  /** All that could be read of the log at this look has been told. */
  | { kind: 'looked' }
  /** Temporal or S3 does not answer; it is asked again until it does. The run is not touched by that. */
  | { kind: 'connection'; up: boolean; why: string }
  | { kind: 'ended'; view: RunView };

export interface FollowOptions {
  /** Also the lines of the training's log. */
  log?: boolean;
  /** Milliseconds between two looks. Default 1000. */
  intervalMs?: number;
  signal?: AbortSignal;
}

/** Watches a run until it ends. Never changes it; a cut connection only makes the watcher wait. */
export async function* followRun(handle: RunHandle, options: FollowOptions = {}): AsyncGenerator<FollowEvent> {
  const log = options.log ? new RunLog(handle, 'log') : undefined;
  const splitters = new Map<number, LineSplitter>();
  let down = false;
  for (;;) {
    if (options.signal?.aborted) return;
    let view: RunView;
    try {
      view = await handle.status();
      if (down) yield { kind: 'connection', up: true, why: '' };
      down = false;
      yield { kind: 'status', view };
      if (log) {
        for await (const chunk of log.readAvailable(view)) {
          const splitter = splitters.get(chunk.attempt) ?? new LineSplitter();
          if (!splitters.has(chunk.attempt)) {
            yield* restOf(splitters);
            splitters.set(chunk.attempt, splitter);
          }
          for (const line of splitter.push(chunk.bytes)) yield { kind: 'log', attempt: chunk.attempt, line };
        }
        if (view.endedAt !== undefined) yield* restOf(splitters);
        else yield* standing(splitters);
      }
      yield { kind: 'looked' };
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (!down) yield { kind: 'connection', up: false, why: whyLost(error) };
      down = true;
      await pause(options);
      continue;
    }
    if (view.endedAt !== undefined) {
      yield { kind: 'ended', view };
      return;
    }
    await pause(options);
  }
}

/** Waits for the end and yields nothing before it. */
export async function waitForEnd(handle: RunHandle, options: Omit<FollowOptions, 'log'> = {}): Promise<RunView> {
  for await (const event of followRun(handle, options)) if (event.kind === 'ended') return event.view;
  throw new TrainctlError('internal', 'watching was given up before the run ended');
}

function* restOf(splitters: Map<number, LineSplitter>): Generator<FollowEvent> {
  for (const [attempt, splitter] of splitters) {
    for (const line of splitter.rest()) yield { kind: 'log', attempt, line };
  }
}

function* standing(splitters: Map<number, LineSplitter>): Generator<FollowEvent> {
  const [attempt, splitter] = [...splitters].at(-1) ?? [];
  if (attempt !== undefined && splitter?.standing) yield { kind: 'bar', attempt, line: splitter.standing };
}

async function pause(options: FollowOptions): Promise<void> {
  await delay(options.intervalMs ?? 1000, undefined, options.signal ? { signal: options.signal } : {}).catch(
    () => undefined,
  );
}

function whyLost(error: unknown): string {
  return isConnectionFault(error) ? `Temporal: ${grpcDetails(error)}` : messageOf(error);
}

/** Names and codes under which the AWS SDK and node say "not now". */
const TRANSIENT =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|TimeoutError|SlowDown|InternalError|ServiceUnavailable|RequestTimeout)$/;

/** Whether the fault is of the way to a service rather than of what was asked. */
export function isTransient(error: unknown): boolean {
  if (isConnectionFault(error)) return true;
  if (error instanceof TrainctlError) return error.code === 'unavailable';
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = 'code' in e && typeof e.code === 'string' ? e.code : '';
    if (TRANSIENT.test(code) || TRANSIENT.test(e.name)) return true;
    if (e instanceof AggregateError && e.errors.some(isTransient)) return true;
    if (httpStatus(e) >= 500) return true;
  }
  return false;
}

function httpStatus(error: Error): number {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}
