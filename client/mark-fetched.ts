import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FETCHED_MARK } from '../contract';

const WORDS =
  'trainctl fetched this folder from a run: it is not sent as code. Remove this file if it is to be sent.\n';

/** Marks a folder as fetched; one that holds a file of that name keeps its own. */
export async function markFetched(folder: string): Promise<void> {
  await writeFile(path.join(folder, FETCHED_MARK), WORDS, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
