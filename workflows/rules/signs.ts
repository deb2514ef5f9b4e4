/**
 * How long a step may give no sign of life before Temporal gives it to another worker, in seconds. So long, too, is the hole when a
 * start is lost: the server has noted it, and the worker never heard of it. Steps give a sign every 2 to 5 s; the SDK hands on no more
 * than worker/options.ts says, and a worker whose event loop stands still for some seconds must not lose them all
 * (docs/decisions.md has the arithmetic).
 */
export const SIGNS = {
  /** Until the command runs: somebody waits, and an instance bills. */
  preparing: 20,
  /** Undo, count and summary: what is not ended goes on billing. */
  closing: 30,
  /** EC2's word beside the steps of an attempt. */
  hearing: 40,
  /** Thousands of them, for days: each sign is a write in Temporal's database. */
  supervising: 60,
} as const;
