import type { ObjectStore } from '../../adapters/aws';
import { type NodeRef, nodePrefix, type Output, parseS3Url, type Settings, type WriteGrants } from '../../contract';
import { userFailure } from '../step';

/**
 * The longest that a form is good for. They end with the signer's own credentials too: 12 h is the longest session of an
 * assumed role (AWS STS, DurationSeconds).
 */
export const GRANT_SECONDS = 12 * 3600;

/**
 * Forms by which one node of one attempt may write: below its own prefix, and below each output destination of the spec.
 * Nothing else in S3 can be written by the host.
 */
export async function signGrants(
  store: Pick<ObjectStore, 'presignPost'>,
  prefix: string,
  node: NodeRef,
  outputs: readonly Output[],
): Promise<WriteGrants> {
  const own = store.presignPost({
    keyPrefix: nodePrefix(prefix, node.runKey, node.attempt, node.node),
    expiresSeconds: GRANT_SECONDS,
  });
  const elsewhere = outputs.map(async ({ to }, index) => {
    if (to === undefined) return undefined;
    const { bucket, keyPrefix } = destination(to, index);
    return [String(index), await store.presignPost({ bucket, keyPrefix, expiresSeconds: GRANT_SECONDS })] as const;
  });
  const granted = (await Promise.all(elsewhere)).filter((grant) => grant !== undefined);
  return { node: await own, outputs: Object.fromEntries(granted) };
}

/** Where the files of an output go: its destination, or below the node's own prefix. */
export function placeOf(
  { store, settings }: { store: Pick<ObjectStore, 'bucket'>; settings: Pick<Settings, 'prefix'> },
  node: NodeRef,
  output: Output | undefined,
  index: number,
): { bucket: string; keyPrefix: string } {
  if (output?.to !== undefined) return destination(output.to, index);
  return { bucket: store.bucket, keyPrefix: nodePrefix(settings.prefix, node.runKey, node.attempt, node.node) };
}

function destination(to: string, index: number): { bucket: string; keyPrefix: string } {
  const address = parseS3Url(to);
  if (!address) throw userFailure(`outputs[${index}].to: ${to} is not an S3 address (s3://bucket/prefix/)`);
  const { bucket, key } = address;
  // S3 takes neither; such a spec is older than the rule that refuses it before the launch.
  if (key === '' || key.includes('${')) throw userFailure(`outputs[${index}].to: nothing can be granted below ${to}`);
  return { bucket, keyPrefix: key === '' || key.endsWith('/') ? key : `${key}/` };
}

/** Epoch seconds at which the first of the grants ends. */
export function grantsExpire(grants: WriteGrants): number {
  return Math.min(grants.node.expires, ...Object.values(grants.outputs).map((grant) => grant.expires));
}
