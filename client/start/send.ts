import type { ObjectStore } from '../../adapters/aws';
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

/**
 * Packs a folder as `trainctl run` does (what git would take, `.trainctlignore` on top, no credentials) and uploads what is not
 * there yet. Asks nobody, however large it is.
 * @throws TrainctlError `usage` when nothing of it may be sent.
 */
export async function sendFolder(dir: string, store: ObjectStore, prefix: string): Promise<SentFolder> {
  // Loaded here: a client that only watches does without it.
  const { selectFiles, SnapshotError, uploadSnapshot } = await import('../../adapters/snapshot/index.js');
  try {
    const selection = await selectFiles(dir);
    const { files, folders, totalBytes, credentials } = selection;
    if (files.length === 0 && folders.length === 0) {
      throw new TrainctlError('usage', `${dir} holds no file that could be sent`, {
        next: 'check .gitignore and .trainctlignore, or send none: code: { none: true }',
      });
    }
    const { snapshot, times, uploaded, warnings } = await uploadSnapshot(selection, store, prefix);
    return {
      code: { snapshot, times },
      files: files.length,
      bytes: totalBytes,
      uploaded,
      credentials,
      warnings: [...selection.warnings, ...warnings],
    };
  } catch (cause) {
    if (!(cause instanceof SnapshotError)) throw cause;
    throw new TrainctlError('usage', cause.message, { cause });
  }
}
