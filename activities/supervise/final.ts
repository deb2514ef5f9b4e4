import { NoSuchObjectError, type ObjectStore } from '../../adapters/aws';
import { finalKey, type HostFinal, type NodeRef, readHostFinal } from '../../contract';

/** An agent's last word is some KiB; what a host has written past this is looked at by nobody. */
const MOST_BYTES = 256 * 1024;

/**
 * The last word that a node left in S3, if it got that far, as far as it is whole. What is there is the host's own and is not
 * believed blindly.
 */
export async function readFinal(
  store: Pick<ObjectStore, 'getRange'>,
  prefix: string,
  { runKey, attempt, node }: NodeRef,
): Promise<HostFinal | undefined> {
  const key = finalKey(prefix, runKey, attempt, node);
  const body = await store.getRange(key, 0, MOST_BYTES).catch((error: unknown) => {
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  });
  return body && readHostFinal(parsed(body.toString('utf8')));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
