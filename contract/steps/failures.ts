/** Types of the failures that activities throw. The workflow decides by these, never by message. */
export const FAILURES = {
  /** The user's code or setup failed: never retried by Temporal. Outcome `failed`. */
  failed: 'failed',
  /** The instance is gone or going. Outcome of the attempt: interrupted. */
  instanceLost: 'instance-lost',
  /** SSH did not answer in time. */
  unreachable: 'unreachable',
  /** The host proved another key than the expected one. */
  hostKeyMismatch: 'host-key-mismatch',
  /** Undo has not succeeded yet. */
  cleanupPending: 'cleanup-pending',
} as const;

/** Detail of a failed launch. */
export interface LaunchFailureDetail {
  /** No try of the step has launched anything: each was not sent, or EC2 said so. */
  nothingLaunched?: true;
}
