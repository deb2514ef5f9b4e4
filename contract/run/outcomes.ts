/** How a run can end. A run ends in exactly one of these; nothing else is ever reported as an outcome. */
export const OUTCOMES = [
  'succeeded',
  'failed',
  'invalid',
  'cancelled',
  'deadline',
  'budget',
  'no-capacity',
  'interrupted',
  'unreachable',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/**
 * Exit codes of every command that follows a run to its end (`run`, `status --wait`, `logs -f`), and of the CLI itself.
 * They are part of the published interface and only grow.
 */
export const EXIT_CODES = {
  succeeded: 0,
  /** A fault of trainctl itself. */
  internal: 1,
  /** Wrong usage, or a spec that is not valid (outcome `invalid`). */
  invalid: 2,
  /** Temporal, EC2 or S3 cannot be reached. */
  unavailable: 3,
  /** No such run. */
  notFound: 4,
  failed: 10,
  cancelled: 11,
  deadline: 12,
  budget: 13,
  'no-capacity': 14,
  interrupted: 15,
  unreachable: 16,
} as const;

/** The exit code that a run's outcome gives a command which followed it. */
export function exitCodeOf(outcome: Outcome): number {
  return EXIT_CODES[outcome];
}
