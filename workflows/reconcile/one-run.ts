import { patched, rootCause, sleep } from '@temporalio/workflow';
import type { ReconcileResult } from '../../contract';
import { add, emptyResult, forgetPending, postpone, publish } from './result';
import { endResources } from './steps';

/**
 * A launch call that was under way when its run was cut short takes effect within 45 s (`launchWithinSeconds` of the activities),
 * and EC2 shows it some seconds later: the last look comes after that.
 */
const LOOKS = 3;
const BETWEEN = '30 seconds';

/**
 * So many when something is still on its way out: each waits for it for a minute and a half, and until when an instance cost money is noted by
 * who sees it gone. All of them take less than the 15 minutes that its starter gives this workflow.
 */
const LOOKS_AT_MOST = 7;

/** Ends what a run has left that Temporal has ended: at once, and what appears within the next minute. */
export async function lookAtRun(run: string): Promise<ReconcileResult> {
  const nowhere = { installation: '', namespaceId: '', regions: [], seen: 0, leftAlone: [] };
  const result = emptyResult({ dryRun: false, ...nowhere });
  for (let look = 1; look <= LOOKS || goesOn(result, look); look += 1) {
    if (look > 1) await sleep(BETWEEN, { summary: 'until EC2 is asked again what is left' });
    forgetPending(result);
    try {
      const { ended, pending, where } = await endResources(run);
      if (where) Object.assign(result, where);
      add(result, ended);
      result.seen = Math.max(result.seen, result.endedCount + pending.length);
      for (const { id, why } of pending) postpone(result, { id, run, why });
    } catch (error) {
      postpone(result, { id: 'unknown', run, why: rootCause(error)?.slice(0, 300) ?? String(error) });
    }
  }
  publish(result);
  return result;
}

const goesOn = ({ pendingCount }: ReconcileResult, look: number): boolean =>
  look <= LOOKS_AT_MOST && pendingCount > 0 && patched('waits-for-the-slow');
