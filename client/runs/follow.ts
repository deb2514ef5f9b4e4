import { setTimeout as delay } from 'node:timers/promises';
import { grpcDetails, isConnectionFault } from '../connection/rpc';
import { messageOf, TrainctlError } from '../errors';
import { LineSplitter } from '../logs/lines';
import { RunLog } from '../logs/run-log';
import { SetupLines } from '../logs/setup-lines';
import type { RunView } from '../view/run-view';
import type { RunHandle } from './run-handle';
import { isTransient } from './transient';

export type FollowEvent =
  | { kind: 'status'; view: RunView }
  | { kind: 'log'; attempt: number; line: string }
  /** The unfinished last line of the log, such as a progress bar, as it stands; told at each look while there is one. */
  | { kind: 'bar'; attempt: number; line: string }
  /** Of what the tools of a set-up write. */
  | { kind: 'setup'; attempt: number; line: string }
  /** Their unfinished last line, as `bar` is that of the log. */
  | { kind: 'setup-bar'; attempt: number; line: string }
  /** All that could be read of the log at this look has been told. */
  | { kind: 'looked' }
  /** Temporal or S3 does not answer; it is asked again until it does. The run is not touched by that. */
  | { kind: 'connection'; up: boolean; why: string }
  | { kind: 'ended'; view: RunView };

export interface FollowOptions {
  /** Also the lines of the training's log, and those of the set-up before it. */
  log?: boolean;
  /** Milliseconds between two looks. Default 1000. */
  intervalMs?: number;
  signal?: AbortSignal;
}

/** Watches a run until it ends. Never changes it; a cut connection only makes the watcher wait. */
export async function* followRun(handle: RunHandle, options: FollowOptions = {}): AsyncGenerator<FollowEvent> {
  const log = options.log ? new RunLog(handle, 'log') : undefined;
  const setup = options.log ? new SetupLines(handle) : undefined;
  const splitters = new Map<number, LineSplitter>();
  let down = false;
  for (;;) {
    if (options.signal?.aborted) return;
    let view: RunView;
    try {
      view = await handle.status({ needsStore: true });
      if (down) yield { kind: 'connection', up: true, why: '' };
      down = false;
      yield { kind: 'status', view };
      for await (const line of setup?.readAvailable(view) ?? []) yield { kind: 'setup', ...line };
      if (setup?.standing) yield { kind: 'setup-bar', ...setup.standing };
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
      // Whoever is told that it has ended may start the next under its id, or ask Temporal how it was.
      await handle.closed();
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
