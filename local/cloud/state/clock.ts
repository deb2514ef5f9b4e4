/** EC2's own pace divided by this: a launch that takes 5 s on AWS takes 50 ms. */
export const DEFAULT_TIME_SCALE = 100;

interface Timer {
  remainingSeconds: number;
  armedAt: number;
  run: () => void;
  handle: NodeJS.Timeout | undefined;
}

/**
 * The clock of the state machine's delays. Seconds given to {@link after} are EC2's; they pass `scale` times faster.
 * Delays that are already running follow a change of scale.
 */
export class ScaledClock {
  private readonly timers = new Set<Timer>();
  private current: number;

  constructor(scale: number = DEFAULT_TIME_SCALE) {
    this.current = checked(scale);
  }

  get scale(): number {
    return this.current;
  }

  setScale(scale: number): void {
    const next = checked(scale);
    const now = performance.now();
    for (const timer of this.timers) {
      timer.remainingSeconds -= ((now - timer.armedAt) / 1000) * this.current;
      clearTimeout(timer.handle);
    }
    this.current = next;
    for (const timer of this.timers) this.arm(timer);
  }

  /** Runs `run` once after that many of EC2's seconds; the answer cancels it. */
  after(seconds: number, run: () => void): () => void {
    const timer: Timer = { remainingSeconds: seconds, armedAt: 0, run, handle: undefined };
    this.timers.add(timer);
    this.arm(timer);
    return () => {
      clearTimeout(timer.handle);
      this.timers.delete(timer);
    };
  }

  /** Cancels everything that has not run. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer.handle);
    this.timers.clear();
  }

  private arm(timer: Timer): void {
    timer.armedAt = performance.now();
    // setTimeout fires at once above 2^31 ms: long delays are taken in pieces.
    const wanted = Math.max(0, (timer.remainingSeconds * 1000) / this.current);
    const delay = Math.min(wanted, 2 ** 31 - 1);
    timer.handle = setTimeout(() => {
      if (wanted > delay) {
        timer.remainingSeconds -= (delay / 1000) * this.current;
        this.arm(timer);
        return;
      }
      this.timers.delete(timer);
      timer.run();
    }, delay);
  }
}

function checked(scale: number): number {
  if (!Number.isFinite(scale) || scale <= 0) throw new RangeError(`time scale ${scale} is not a positive number`);
  return scale;
}
