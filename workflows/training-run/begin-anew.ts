import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { patched, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { LIMITS_MEMO, SEARCH_ATTRIBUTES } from '../../contract';

/** What a run says of itself in its memo; where it was started stays true. */
const OWN_MEMO = ['outcome', 'reason', LIMITS_MEMO];

/**
 * Takes away what an execution begins with and only a run can say of itself: Temporal's UI copies search attributes and memo of
 * another run into one that is started like it, and a cron schedule those of the execution before.
 */
export function beginAnew(): void {
  const { typedSearchAttributes, memo } = workflowInfo();
  const copied = typedSearchAttributes.getAll().filter(({ key }) => key.name in SEARCH_ATTRIBUTES);
  const said = OWN_MEMO.filter((name) => memo !== undefined && name in memo);
  if ((copied.length === 0 && said.length === 0) || !patched('begun-anew')) return;
  const none = copied.map(({ key }) => ({ key, value: null }) as SearchAttributeUpdatePair);
  if (none.length > 0) upsertSearchAttributes(none);
  if (said.length > 0) upsertMemo(Object.fromEntries(said.map((name) => [name, null])));
}
