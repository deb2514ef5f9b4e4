/** Waits between attempts to reach a silent host, in milliseconds: doubled from the first to the last. */
const FIRST_MS = 200;
const LAST_MS = 5_000;

/** The wait before reconnect number `tries` (counted from 0), with up to a fifth of jitter so that hosts spread out. */
export function reconnectDelay(tries: number, random: () => number = Math.random): number {
  const base = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(tries, 16));
  return Math.round(base * (0.9 + 0.2 * random()));
}

/** How long one try to connect may take, in seconds: several have to fit into a short `limits.unreachable`. */
export function connectSeconds(limitSeconds: number): number {
  return Math.max(2, Math.min(10, limitSeconds / 4));
}

/** Tries that must have failed before silence counts: a worker that just started, or a laptop that just woke, has not asked yet. */
const TRIES_BEFORE_VERDICT = 3;

/** Whether a host has been silent for so long that its attempt is over. */
export function isUnreachable(silence: { silentMs: number; tries: number; limitSeconds: number }): boolean {
  return silence.tries >= TRIES_BEFORE_VERDICT && silence.silentMs > silence.limitSeconds * 1000;
}

/** Silence before the workflow hears of it. A link that flaps is reported ever more seldom: histories are finite. */
const SETTLED_MS = 1_500;
const LONGEST_SETTLING_MS = 5 * 60_000;
const REPORTS_BEFORE_DOUBLING = 5;

/**
 * How long a disconnection must last before it is signalled, after so many that were. Doubled at every fifth, so that a link
 * which drops all day costs a history tens of events and not thousands.
 */
export function settlingMs(reported: number): number {
  return Math.min(LONGEST_SETTLING_MS, SETTLED_MS * 2 ** Math.floor(reported / REPORTS_BEFORE_DOUBLING));
}
