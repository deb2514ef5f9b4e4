import { LAST_UPLOAD_SECONDS } from '../host/attach';
import { TAGS } from './tags';

/** Until when an instance may be needed, as known at its launch. Epoch seconds. */
export interface InstanceLimits {
  /** The run's deadline. */
  deadline: number;
  /** When the instance alone has spent what was left of the budget at its launch; absent: the run has no budget. */
  budgetEnd?: number;
}

/** Limits that were moved since an instance was launched. Epoch milliseconds. */
export interface MovedLimits {
  deadline?: number;
  budgetEnd?: number;
}

/** The tags that say when an instance is past its run's limits, to whoever looks, whether or not anything of the run answers. */
export const limitTags = ({ deadline, budgetEnd }: InstanceLimits, graceSeconds: number): Record<string, string> => ({
  [TAGS.deadline]: moment(deadline),
  ...(budgetEnd === undefined ? {} : { [TAGS.budgetEnd]: moment(budgetEnd) }),
  [TAGS.grace]: String(Math.ceil(graceSeconds)),
});

/** The last moment that ISO 8601 writes with four digits of a year. Epoch seconds. */
const LAST = 253_402_300_799;

const moment = (seconds: number): string => new Date(Math.min(LAST, seconds) * 1000).toISOString();

/** Where an instance has no tag of it: the default of `checkpoints.grace`. Seconds. */
const USUAL_GRACE = 60;

/** Beyond what an end may take. Seconds. */
const SLACK = 60;

/**
 * Which limit an instance has outlived, by its tags and by what was moved since; undefined: none, as far as is known. A run that
 * answers ends its instances itself: it gets the grace and the longest last upload for that. One that does not is known to do
 * nothing; its host ends itself within the grace after the limit, and has that time once more for a last checkpoint.
 */
export function outlived(
  tags: Record<string, string>,
  moved: MovedLimits,
  run: { answers: boolean },
  now: number,
): 'past-deadline' | 'past-budget' | undefined {
  const grace = /^\d{1,7}$/.test(tags[TAGS.grace] ?? '') ? Number(tags[TAGS.grace]) : USUAL_GRACE;
  const allowance = (SLACK + grace + (run.answers ? LAST_UPLOAD_SECONDS + SLACK : grace)) * 1000;
  const past = (tag: string, since = Number.NEGATIVE_INFINITY): boolean => {
    const tagged = tags[tag] ?? '';
    return ISO.test(tagged) && now > Math.max(Date.parse(tagged), since) + allowance;
  };
  if (past(TAGS.deadline, moved.deadline)) return 'past-deadline';
  return past(TAGS.budgetEnd, moved.budgetEnd) ? 'past-budget' : undefined;
}

/** What people may have written into a tag is no date. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** The name of a run's memo that says what its limits were moved to: Temporal tells it when no worker answers. */
export const LIMITS_MEMO = 'limits';

/** What {@link LIMITS_MEMO} holds: ISO 8601. */
export interface LimitsMemo {
  deadlineAt: string;
  budgetEndsAt?: string;
}

/** Reads that memo; whoever starts a workflow may have written it. */
export function movedLimits(memo: unknown): MovedLimits {
  const { deadlineAt, budgetEndsAt } = (typeof memo === 'object' && memo !== null ? memo : {}) as Record<
    string,
    unknown
  >;
  const at = (text: unknown): number => (typeof text === 'string' && ISO.test(text) ? Date.parse(text) : Number.NaN);
  const [deadline, budgetEnd] = [at(deadlineAt), at(budgetEndsAt)];
  return {
    ...(Number.isNaN(deadline) ? {} : { deadline }),
    ...(Number.isNaN(budgetEnd) ? {} : { budgetEnd }),
  };
}
