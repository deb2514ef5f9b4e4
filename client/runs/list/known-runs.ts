import type { Client } from '@temporalio/client';
import { GRPC, type PastKey, type SearchAttributeName, WORKFLOW_TYPE } from '../../../contract';
import { grpcCode } from '../../connection/rpc';
import { addressOf } from '../resolve-run';

/** How late Temporal's list may be. Milliseconds. */
const JUST_MS = 60_000;

/** Whether Temporal's list may not know yet how a run has ended. */
export const hasJustEnded = (endedAt: number): boolean => Date.now() - endedAt < JUST_MS;

/**
 * Those of some runs that have ended which Temporal's list still has, ended or open again by a reset, in one question. Those that have
 * ended just now are not asked after: the list may have them as they were before.
 */
export async function knownRuns(client: Client, ended: readonly PastKey[]): Promise<Set<string>> {
  const known = new Set<string>();
  const keys = ended.filter(({ endedAt }) => !hasJustEnded(endedAt)).map(({ runKey }) => `"${runKey}"`);
  if (keys.length === 0) return known;
  const query = `WorkflowType = "${WORKFLOW_TYPE}" AND ${'TrainctlRunKey' satisfies SearchAttributeName} IN (${keys.join(', ')})`;
  try {
    for await (const info of client.workflow.list({ query, pageSize: 1000 })) known.add(addressOf(info).runKey);
  } catch (error) {
    // Before the first worker a server does not know that runs have keys: then it has none of these.
    if (grpcCode(error) !== GRPC.invalidArgument) throw error;
  }
  return known;
}
