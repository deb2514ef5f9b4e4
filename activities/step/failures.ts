import { ApplicationFailure } from '@temporalio/common';
import { FAILURES } from '../../contract';

/** Temporal truncates a failure in a workflow's mutable state at 4 KiB and warns at 2 KiB. */
const MESSAGE_BYTES = 2048;

/** The end of a text, at most `bytes` long in UTF-8, cut at a line where that costs little. */
export function lastBytes(text: string, bytes: number): string {
  const all = Buffer.from(text.trimEnd(), 'utf8');
  if (all.length <= bytes) return all.toString('utf8');
  let from = all.length - bytes + 3;
  // Never begin inside a character: continuation bytes are 10xxxxxx.
  while (from < all.length && ((all[from] ?? 0) & 0xc0) === 0x80) from += 1;
  const cut = all.subarray(from).toString('utf8');
  const line = cut.indexOf('\n');
  return `…${line >= 0 && line < cut.length / 4 ? cut.slice(line + 1) : cut}`;
}

/** `message`, then the last lines of a tool's output, at most 2 KiB together. */
export function withTail(message: string, tail?: string): string {
  const head = lastBytes(message, MESSAGE_BYTES);
  const rest = tail?.trim();
  if (!rest) return head;
  const room = MESSAGE_BYTES - Buffer.byteLength(head) - 1;
  return room < 80 ? head : `${head}\n${lastBytes(rest, room)}`;
}

/** The user's code, setup or data is at fault: no retry by Temporal, outcome `failed`. */
export function userFailure(message: string, tail?: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({
    message: withTail(message, tail),
    type: FAILURES.failed,
    nonRetryable: true,
    ...(cause && { cause }),
  });
}

/** EC2 shows the instance stopped, going or gone: the attempt was interrupted. */
export function instanceLost(message: string, stateReason?: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: FAILURES.instanceLost,
    nonRetryable: true,
    details: stateReason ? [{ stateReason }] : [],
  });
}

/**
 * Nothing that a repeat or another instance would mend, and not the user's code either: wrong credentials, a secret that the
 * worker lacks. The run ends as `failed`, with these words.
 */
export function misconfigured(message: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({ message, type: FAILURES.failed, nonRetryable: true, ...(cause && { cause }) });
}

/** Something passing: Temporal repeats the activity by its retry policy. */
export function passing(message: string, type: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({ message: withTail(message), type, ...(cause && { cause }) });
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
