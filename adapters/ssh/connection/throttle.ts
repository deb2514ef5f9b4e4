/** How fast somebody may write, on average; after a rest, a burst at once. */
export class Throttle {
  private left: number;
  private at: number | undefined;

  /**
   * @param burst bytes
   * @param perSecond bytes
   */
  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {
    this.left = burst;
  }

  /**
   * Counts what was written; answers for how many milliseconds nothing more is to be read.
   * @param now milliseconds of a clock that goes forward
   */
  take(bytes: number, now: number): number {
    const rested = ((now - (this.at ?? now)) / 1000) * this.perSecond;
    this.at = now;
    this.left = Math.min(this.burst, this.left + rested) - bytes;
    return this.left >= 0 ? 0 : Math.ceil((-this.left / this.perSecond) * 1000);
  }
}
