import { NoSuchObjectError, type ObjectStore } from '../../adapters/aws';
import { finalKey, type HostFinal, type NodeRef, type StoppedBy } from '../../contract';

/** An agent's last word is some KiB; it travels on through the workflow's history. */
const MOST_BYTES = 15 * 1024;

const STOPPED_BY: ReadonlySet<StoppedBy> = new Set(['stop', 'notice', 'lease', 'alert', 'rebalance']);

/** The last word that a node left in S3, if it got that far. What is there is the host's own and is not believed blindly. */
export async function readFinal(
  store: Pick<ObjectStore, 'get'>,
  prefix: string,
  { runKey, attempt, node }: NodeRef,
): Promise<HostFinal | undefined> {
  const body = await store.get(finalKey(prefix, runKey, attempt, node)).catch((error: unknown) => {
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  });
  return body && body.length <= MOST_BYTES ? asFinal(body.toString('utf8')) : undefined;
}

function asFinal(text: string): HostFinal | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFinal(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFinal(value: unknown): value is HostFinal {
  if (typeof value !== 'object' || value === null) return false;
  const { code, signal, stoppedBy, tail, logBytes, outputs, problems } = value as Record<keyof HostFinal, unknown>;
  return (
    (code === null || typeof code === 'number') &&
    (signal === null || typeof signal === 'string') &&
    (stoppedBy === null || STOPPED_BY.has(stoppedBy as StoppedBy)) &&
    typeof tail === 'string' &&
    typeof logBytes === 'number' &&
    Array.isArray(outputs) &&
    Array.isArray(problems)
  );
}
