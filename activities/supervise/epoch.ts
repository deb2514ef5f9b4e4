/** Attachments that one try of the activity may number before it reaches into the next millisecond. */
const PER_MILLISECOND = 1000;

/**
 * Numbers of attachments: each is higher than every earlier one of the same node, whichever worker made it, because the agent
 * serves only the highest.
 *
 * The base is the moment at which the *Temporal server* scheduled this try: one clock for all workers, and later for each
 * try (also after an activity reset, which sets the try's number back to 1). The epoch in the last heartbeat is a floor, in
 * case the server's clock was set back. At 1000 a millisecond numbers stay below 2^53 until the year 2255.
 */
export class Epochs {
  private last: number;

  constructor(scheduledAtMs: number, heartbeatEpoch = 0) {
    this.last = Math.max(scheduledAtMs * PER_MILLISECOND, heartbeatEpoch);
  }

  next(): number {
    this.last += 1;
    return this.last;
  }
}
