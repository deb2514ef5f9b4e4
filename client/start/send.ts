import type { ObjectStore } from '../../adapters/aws';
import type { RunSpec } from '../../contract';
import { TrainctlError } from '../errors';

/** A folder's code in the installation's bucket. */
export interface SentFolder {
  /** For a spec: `code: { snapshot, times }`. */
  code: { snapshot: string; times: string };
  files: number;
  bytes: number;
  /** False: the same content was there already. */
  uploaded: boolean;
  /** Credentials that stayed behind, by their paths. */
  credentials: string[];
  /** What was left out otherwise, and what became of files that changed meanwhile, a sentence each. */
  warnings: string[];
}

/** Where the command leaves its results: such a folder of this machine has none of the run's. */
export const resultFolders = ({ outputs }: Pick<RunSpec, 'outputs'>): string[] =>
  outputs.map(({ from }) => (from === '.' ? 'outputs' : from.replace(/\/+$/, '')));

/**
 * Packs a folder as `trainctl run` does (what git would take, `.trainctlignore` on top, no credentials) and uploads what is not
 * there yet. Asks nobody, however large it is. `results`: folders that the run's outputs come from.
 * @throws TrainctlError `usage` when nothing of it may be sent.
 */
export async function sendFolder(
  dir: string,
  store: ObjectStore,
  prefix: string,
  results: readonly string[] = [],
): Promise<SentFolder> {
  // Loaded here: a client that only watches does without it.
  const { selectFiles, SnapshotError, uploadSnapshot } = await import('../../adapters/snapshot/index.js');
  try {
    const selection = await selectFiles(dir, { results });
    const { files, folders, credentials } = selection;
    if (files.length === 0 && folders.length === 0) {
      throw new TrainctlError('usage', `${dir} holds no file that could be sent`, {
        next: 'check .gitignore and .trainctlignore, or send none: code: { none: true }',
      });
    }
    const { snapshot, times, uploaded, warnings, ...sent } = await uploadSnapshot(selection, store, prefix);
    return {
      code: { snapshot, times },
      files: sent.files,
      bytes: sent.bytes,
      uploaded,
      credentials,
      warnings: [...selection.warnings, ...warnings],
    };
  } catch (cause) {
    if (!(cause instanceof SnapshotError)) throw cause;
    throw new TrainctlError('usage', cause.message, { cause });
  }
}
