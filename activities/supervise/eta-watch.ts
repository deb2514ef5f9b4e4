import type { Outlook } from '../../contract';

/** A pace that was measured over so few seconds and steps is no news yet. */
const FIRST = { seconds: 5, steps: 5 };

/** Of a slow training two steps are enough. Seconds. */
const SLOW_SECONDS = 60;

/** Each costs the run's history some events: from one to the next passes twice the time of the one before, to the longest. */
const SECOND_AFTER_MS = 30_000;
const LONGEST_MS = 4 * 3_600_000;
const MOST = 100;

/** What has changed by less than this part of what is left is no news. */
const CHANGED = 0.1;

/** Says when a training is expected to be over: once that is known well enough, and then as seldom as it changes. */
export class EtaWatch {
  private told = 0;
  private toldAt = 0;
  private last = 0;

  /** @param tell null: what has been told is not known after all */
  constructor(private readonly tell: (at: string | null) => void) {}

  /** @param now epoch milliseconds */
  hear({ etaAt, measuredSeconds = 0, stepSeconds = 0, stepsAnew }: Outlook & { stepsAnew?: true }, now: number): void {
    // Another worker may have told one.
    if (stepsAnew && this.told < MOST) {
      this.told = MOST;
      this.tell(null);
    }
    if (etaAt === undefined || this.told >= MOST || !known(measuredSeconds, stepSeconds)) return;
    const at = Date.parse(etaAt);
    if (Number.isNaN(at)) return;
    if (this.told > 0) {
      if (now - this.toldAt < Math.min(LONGEST_MS, SECOND_AFTER_MS * 2 ** (this.told - 1))) return;
      if (Math.abs(at - this.last) < CHANGED * Math.abs(this.last - now)) return;
    }
    this.told += 1;
    this.toldAt = now;
    this.last = at;
    this.tell(etaAt);
  }
}

const known = (seconds: number, stepSeconds: number): boolean =>
  seconds >= SLOW_SECONDS || (seconds >= FIRST.seconds && stepSeconds > 0 && seconds / stepSeconds >= FIRST.steps);
