import { ApplicationFailure } from '@temporalio/common';
import { awsErrorMessage } from '../../adapters/aws';
import { type FailedSchedule, type SuiteConcluded, shownId } from '../../contract';

export interface Concluding {
  /** Present: the Schedule whose suite has failed. */
  schedule?: FailedSchedule;
  /** Answers whether it is paused. */
  tell(schedule: FailedSchedule): Promise<boolean>;
  /** Present: there is a report. */
  store?: () => Promise<void>;
}

/** What a suite that is being concluded waits for. */
export const concludingWords = ({ schedule, store }: Concluding): string =>
  [...(store ? ['the report is stored'] : []), ...(schedule ? ['its Schedule is told'] : [])].join(', ');

/**
 * Both, whatever becomes of the other: a bucket that takes nothing is what a Schedule is paused for, and not what keeps it from being.
 * May be done again.
 * @throws ApplicationFailure `not-concluded` with what was not done, and why; its details are the {@link SuiteConcluded}, since nobody asks
 * for it again once this is given up
 */
export async function concluded({ schedule, tell, store }: Concluding): Promise<SuiteConcluded> {
  const [told, stored] = await Promise.allSettled([schedule ? tell(schedule) : false, store?.()]);
  const paused = told.status === 'fulfilled' && told.value;
  const lacking: string[] = [];
  if (stored.status === 'rejected') lacking.push(`the report could not be stored: ${awsErrorMessage(stored.reason)}`);
  if (told.status === 'rejected' && schedule)
    lacking.push(`the Schedule ${shownId(schedule.id)} could not be told: ${awsErrorMessage(told.reason)}`);
  if (lacking.length === 0) return { paused };
  const details: SuiteConcluded[] = [{ paused, stored: store !== undefined && stored.status === 'fulfilled' }];
  throw ApplicationFailure.create({ type: 'not-concluded', message: lacking.join('; '), details });
}
