import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { type JudgedResource, type ReconcileResult, reconcileOutcome } from '../../contract';
import { pageOf } from './texts';

const OUTCOME = defineSearchAttributeKey('TrainctlOutcome', SearchAttributeType.KEYWORD);
const CLEANUP_PENDING = defineSearchAttributeKey('TrainctlCleanupPending', SearchAttributeType.BOOL);

const NAMED = { ended: 50, pending: 10 };

type Pending = ReconcileResult['pending'][number];

/** Of a pass that has ended nothing yet. */
export const emptyResult = (
  of: Pick<ReconcileResult, 'dryRun' | 'installation' | 'namespaceId' | 'regions' | 'seen' | 'leftAlone'>,
): ReconcileResult => ({ ...of, ended: [], endedCount: 0, pending: [], pendingCount: 0 });

export function add(result: ReconcileResult, ended: JudgedResource[]): void {
  result.endedCount += ended.length;
  result.ended = [...result.ended, ...ended].slice(0, NAMED.ended);
}

export function postpone(result: ReconcileResult, pending: Pending): void {
  result.pendingCount += 1;
  if (result.pending.length < NAMED.pending) result.pending.push(pending);
}

/** What is left is what the look that now begins will find. */
export function forgetPending(result: ReconcileResult): void {
  result.pending = [];
  result.pendingCount = 0;
}

/** Says what came of the pass where people look. */
export function publish(result: ReconcileResult): void {
  const outcome = reconcileOutcome(result);
  upsertSearchAttributes([
    { key: OUTCOME, value: outcome },
    { key: CLEANUP_PENDING, value: result.pendingCount > 0 },
  ]);
  upsertMemo({ outcome });
  setCurrentDetails(pageOf(result));
}
