import type { AnsweredAt } from '../../adapters/aws';
import { formatDuration } from '../../contract';

/** A worker whose clock differs by more takes no tasks: deadlines, costs and signatures go by it. Milliseconds. */
const MOST = 60_000;

/** Answers of one of them in a row that differ before a worker that works is called wrong: one may come from a proxy's cache. */
const IN_A_ROW = 3;

/** HTTP dates are whole seconds. Milliseconds. */
const HTTP_DATE_MS = 1000;

export type OtherClock = 'EC2' | 'Temporal';

/**
 * By how much this machine's clock is ahead of another's, in milliseconds: at least, since an answer says its time at some moment
 * between question and answer. Negative: behind. 0: they may agree.
 */
export function aheadBy({ date, sent, received }: AnsweredAt, resolutionMs = 0): number {
  if (sent > date + resolutionMs) return sent - date - resolutionMs;
  return received < date ? received - date : 0;
}

/** Compares this machine's clock with those of EC2 and Temporal. */
export class Clock {
  private readonly last = new Map<OtherClock, number>();
  private readonly inARow = new Map<OtherClock, number>();

  /** @param wrong called, once, when it is known while tasks are taken that the clock is wrong */
  constructor(private wrong: (why: string) => void = () => undefined) {}

  heard(other: OtherClock, answer: AnsweredAt): void {
    const ahead = aheadBy(answer, other === 'EC2' ? HTTP_DATE_MS : 0);
    const times = Math.abs(ahead) <= MOST ? 0 : (this.inARow.get(other) ?? 0) + 1;
    this.last.set(other, ahead);
    this.inARow.set(other, times);
    const why = this.fault;
    if (why === undefined || times < IN_A_ROW) return;
    const { wrong } = this;
    this.wrong = () => undefined;
    wrong(why);
  }

  /** What is wrong and what to do, in words; undefined: nothing, as far as is known. */
  get fault(): string | undefined {
    for (const [other, ahead] of this.last) {
      if (Math.abs(ahead) <= MOST) continue;
      const by = `${formatDuration(Math.round(Math.abs(ahead) / 1000))} ${ahead > 0 ? 'ahead of' : 'behind'}`;
      return `the clock of this machine is ${by} that of ${other}: it would get deadlines, costs and signatures wrong, so it takes no tasks. Set its clock (timedatectl set-ntp true, or chronyc makestep), then start the worker again`;
    }
    return undefined;
  }
}
