import { OUTCOMES } from '../run/outcomes';
import type { Summary } from '../run/status';
import { asDocument, finite, integer, oneOf } from './reader';

/** More than any worker writes of a run. Bytes. */
export const SUMMARY_BYTES = 8 * 1024 * 1024;

/**
 * `summary.json` of a run, as its worker wrote it: undefined for one of another run, and for what nobody can show, because somebody
 * else wrote it.
 */
export function readSummary(value: unknown, runKey: string): Summary | undefined {
  const { status, result, ...top } = asDocument(value) ?? {};
  const [said, ended] = [asDocument(status), asDocument(result)];
  if (!said || !ended || top.runKey !== runKey || said.runKey !== runKey) return undefined;
  const numbers = [said.costUsd, ended.costUsd, said.attemptCount, ended.attemptCount, said.interruptions];
  const whole =
    numbers.every((one) => finite(one) !== undefined) &&
    typeof said.startedAt === 'string' &&
    typeof said.run === 'string' &&
    said.phase === 'ended' &&
    [said, ended].every(({ outcome }) => oneOf(...OUTCOMES)(outcome) !== undefined) &&
    Array.isArray(said.attempts) &&
    said.attempts.every(isAttempt);
  return whole ? (value as Summary) : undefined;
}

function isAttempt(value: unknown): boolean {
  const { number, costUsd, stages } = asDocument(value) ?? {};
  const told = finite(costUsd) !== undefined && Array.isArray(stages) && stages.every((stage) => asDocument(stage));
  return told && integer(1)(number) !== undefined;
}
