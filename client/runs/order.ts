import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { GRPC } from '../../contract';
import { grpcCode } from '../connection/rpc';

/** How long one asking may take, and so how soon a person hears that no worker is there. Milliseconds. */
export const NO_WORKER_MS = 5_000;
/** How long an order is repeated while workers are there and busy. Milliseconds. */
export const BUSY_MS = 60_000;
/** The same while Temporal itself does not answer. Milliseconds. */
export const SILENT_MS = 20_000;
/** Before an asking is repeated that was answered at once. Milliseconds. */
const PAUSE_MS = 500;

/** An order to a run, with an id of its own: however often it is sent, it is carried out once. */
export interface Order<R> {
  /** Sends it, or asks after it when it has arrived already. */
  send(): Promise<R>;
  /** What came of it, from a run that has ended since it was sent. */
  outcome(): Promise<R>;
  /** Whether a worker polls for the run now. Rejects when Temporal does not say. */
  polled(): Promise<boolean>;
}

export interface OrderOptions {
  /** Called once, when the second asking had no answer although a worker is there. */
  onWait?: () => void;
  now?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
}

/** Nobody was there to take an order: `no-worker`; or workers are, and have not taken it: `busy`. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError';

  constructor(
    readonly why: 'no-worker' | 'busy',
    cause: unknown,
  ) {
    super(why, { cause });
  }
}

/**
 * Gives an order until it is answered. That an answer is late says nothing of workers: only Temporal, which they ask for work,
 * knows whether there are any.
 *
 * @throws NotTakenError after 5 s without a worker, after 60 s of one that is busy. What the server says when it has not answered for
 * 20 s, and everything else, is thrown as it comes.
 */
export async function giveOrder<R>(order: Order<R>, options: OrderOptions = {}): Promise<R> {
  const { now = Date.now, sleep = delay } = options;
  let { onWait } = options;
  const tell = (): void => {
    onWait?.();
    onWait = undefined;
  };
  const first = now();
  for (let tries = 1; ; tries += 1) {
    const began = now();
    let late: unknown;
    try {
      return await order.send();
    } catch (error) {
      // It may have ended because of this very order.
      if (tries > 1 && hasEnded(error)) return await orElse(order.outcome(), error);
      if (!isLate(error)) throw error;
      late = error;
    }
    // A server that does not answer for the moment denies no worker.
    const polled = await order.polled().catch(() => undefined);
    if (polled === false) throw new NotTakenError('no-worker', late);
    if (polled === undefined && now() - first >= SILENT_MS) throw late;
    if (now() - first >= BUSY_MS) throw new NotTakenError('busy', late);
    // One that was killed a moment ago keeps its runs for about as long as the first asking; that is not worth a word.
    if (polled && tries > 1) tell();
    if (now() - began < PAUSE_MS) await sleep(PAUSE_MS);
  }
}

const hasEnded = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound;

/** No answer in time, or none from this server: the same order may be sent again. */
function isLate(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcCode(error);
  return (
    code === GRPC.deadlineExceeded ||
    code === GRPC.failedPrecondition ||
    code === GRPC.unavailable ||
    code === GRPC.cancelled
  );
}

function orElse<R>(outcome: Promise<R>, error: unknown): Promise<R> {
  return outcome.catch(() => {
    throw error;
  });
}
