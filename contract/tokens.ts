// Not exported by the index: workflows may not load node:crypto.
import { createHash } from 'node:crypto';
import type { NodeRef } from './run/ids';
import type { Placement } from './run/placement';

/**
 * The run key of a workflow execution: 16 hex digits, the same for every retry and replay of it. Made of the execution's own
 * run id: the first of its chain, which a reset hands on, would give the reset one the machines of the one before.
 */
export function deriveRunKey(workflowId: string, runId: string): string {
  return createHash('sha256').update(`${workflowId}\n${runId}`).digest('hex').slice(0, 16);
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
