// Not exported by the index: workflows may not load node:crypto.
import { createHash, createHmac } from 'node:crypto';
import type { Installation } from './installation';
import { codePrefix } from './names/keys';
import type { NodeRef } from './run/ids';
import type { Placement } from './run/placement';

/**
 * The run key of a workflow execution: 16 hex digits, the same for every retry and replay of it. Made of the execution's own
 * run id: the first of its chain, which a reset hands on, would give the reset one the machines of the one before.
 */
export function deriveRunKey(workflowId: string, runId: string): string {
  return createHash('sha256').update(`${workflowId}\n${runId}`).digest('hex').slice(0, 16);
}

/** Where a worker notes which snapshot a git commit became, so that later runs of it need no git server. */
export function commitNoteKey(prefix: string, { git, ref }: { git: string; ref: string }): string {
  return `${codePrefix(prefix)}git/${createHash('sha256').update(`${git}\n${ref}`).digest('hex')}`;
}

/** What is in such a note. Without times: by a worker that did not keep them. Undefined: it is none. */
export function readCommitNote(text: string): { snapshot: string; times?: string } | undefined {
  const [, snapshot, times] = /^([0-9a-f]{64})(?:\n([0-9a-f]{64}))?$/.exec(text.trim()) ?? [];
  return snapshot === undefined ? undefined : { snapshot, ...(times === undefined ? {} : { times }) };
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

/** A secret's fingerprint, 16 hex digits: the same for the same secret, and no help in guessing it. */
export const fingerprintOf = (secret: Buffer): string =>
  createHmac('sha256', secret).update('trainctl installation').digest('hex').slice(0, 16);

/** 16 hex digits for all that makes an installation one: what was resolved by another is not ours. Its account follows from the rest. */
export function installationKey({ name, cloud, region, bucket, prefix, secret }: Installation): string {
  const text = [name, cloud, region, bucket, prefix, secret].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
