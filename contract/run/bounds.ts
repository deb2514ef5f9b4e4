const DAY = 86_400;

/** `supervise` is one activity of at most 30 days, and so is a run. Seconds, also with all that `extend` adds. */
export const LONGEST_RUN = 30 * DAY;

/** How long the instance of a failed run is held at the most. Seconds, also with what `extend` adds. */
export const LONGEST_HOLD = 7 * DAY;

/** The largest `limits.maxCostUsd`, also with what `extend` adds. */
export const LARGEST_COST = 1_000_000;

/** The largest `steps`. */
export const LARGEST_STEPS = 1e12;

/** The longest duration that can be written, where nothing else bounds it (`checkpoints.every`). Seconds, precise to the millisecond. */
export const LONGEST_DURATION = Number.MAX_SAFE_INTEGER / 1000;

/** What an input of a run may take as JSON. The spec that is read from it has to be smaller still. Bytes. */
export const LARGEST_INPUT = 128 * 1024;
