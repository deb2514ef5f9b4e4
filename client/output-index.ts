import { nodePrefix } from '../contract';
import { getJson, type ObjectReader } from './objects';
import type { RunView } from './view/run-view';

/** What a host says of one file that it uploaded as an output. It is the host's word. */
export interface IndexedOutput {
  /** Of the output in the spec. */
  from: string;
  /** Below its destination, or, with `own`, and where it has none, below the node's prefix. */
  name: string;
  mode?: number;
  /** Its name where the key could not hold it. */
  path?: string;
  own?: boolean;
}

/** `outputs.json` of an attempt; undefined when it left none, or one that nobody can read. */
export async function outputIndex(
  objects: ObjectReader,
  view: Pick<RunView, 'prefix' | 'runKey'>,
  attempt: number,
): Promise<IndexedOutput[] | undefined> {
  const key = `${nodePrefix(view.prefix, view.runKey, attempt, 0)}outputs.json`;
  const value = await getJson(objects, key).catch(() => undefined);
  if (typeof value !== 'object' || value === null || !('files' in value) || !Array.isArray(value.files))
    return undefined;
  return value.files.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { from, name, mode, path, own } = entry as Record<keyof IndexedOutput, unknown>;
    if (typeof from !== 'string' || typeof name !== 'string') return [];
    return [
      {
        from,
        name,
        ...(typeof mode === 'number' && Number.isSafeInteger(mode) ? { mode } : {}),
        ...(typeof path === 'string' ? { path } : {}),
        ...(own === true ? { own } : {}),
      },
    ];
  });
}
