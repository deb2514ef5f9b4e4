// Not exported by the index: workflows may not load node:crypto.
import { createHash } from 'node:crypto';
import type { NodeRef } from './ids';
import type { Placement } from './placement';

/** The run key of a workflow execution: 16 hex digits, the same for every retry and replay, new after a reset or reuse. */
export function deriveRunKey(workflowId: string, firstExecutionRunId: string): string {
  return createHash('sha256').update(`${workflowId}\n${firstExecutionRunId}`).digest('hex').slice(0, 16);
}

/**
 * The RunInstances client token of one launch call: at most 64 ASCII characters (EC2's limit), the same for every repeat of
 * the same call.
 */
export function clientToken(node: NodeRef, placement: Placement, tryNumber: number): string {
  const text = [
    node.runKey,
    node.attempt,
    node.node,
    placement.region,
    placement.zone,
    placement.instanceType,
    placement.market,
    tryNumber,
  ].join('\n');
  return `trainctl-${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
}
