import { runWord } from '../../contract';
import { iso } from './texts';

/** What a run is on the way to. Times are epoch milliseconds; Infinity where there is no limit. */
export interface Prospect {
  now: number;
  /** When the training will be at its last step, as fast as it goes. */
  eta: number;
  deadline: number;
  /** When limits.maxCostUsd will be spent, with what is running now. */
  spentAt: number;
}

/** An end that is expected later than a limit by less than this part of what is left may as well be within it. */
const MARGIN = 0.05;

/** Which limits come before the expected end of the training. */
export function limitsBefore({ now, eta, deadline, spentAt }: Prospect): { deadline: boolean; budget: boolean } {
  const left = eta - now;
  const before = (limit: number): boolean => left > 0 && eta - limit > MARGIN * left;
  return { deadline: before(deadline), budget: before(spentAt) };
}

export const deadlineWarning = (run: string, { eta, deadline }: Prospect): string =>
  `at its present pace the training ends at ${iso(eta)}; the deadline comes ${span(eta - deadline)} before that, at ${iso(deadline)} (more: trainctl extend ${runWord(run)} --duration +${hours(eta - deadline)}h)`;

export const budgetWarning = (run: string, { eta, spentAt }: Prospect, maxCost: string): string =>
  `at its present pace the training ends at ${iso(eta)}; limits.maxCostUsd (${maxCost}) is spent ${span(eta - spentAt)} before that, at ${iso(spentAt)} (more: trainctl extend ${runWord(run)} --cost +5)`;

/** Whole hours that are enough, with some room. */
const hours = (milliseconds: number): number => Math.ceil((milliseconds * 1.1) / 3_600_000);

/** `45 s`, `20 min`, `2 h 5 min`, `3 d 4 h`. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const [big, small, units] =
    minutes < 48 * 60
      ? [Math.floor(minutes / 60), minutes % 60, ['h', 'min']]
      : [Math.floor(minutes / 1440), Math.round((minutes % 1440) / 60), ['d', 'h']];
  return small === 0 ? `${big} ${units[0]}` : `${big} ${units[0]} ${small} ${units[1]}`;
}
