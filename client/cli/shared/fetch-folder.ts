import { existsSync, readdirSync, statSync } from 'node:fs';
import { TrainctlError } from '../..';
import { diskFault } from './explain';

/** What the file system says of a folder that somebody named, beside what it says of any place. */
const OF_A_FOLDER: Record<string, string> = {
  ENOENT: 'no folder can be made there',
  ENAMETOOLONG: 'the name is too long',
  EINVAL: 'no folder can have that name',
  ELOOP: 'it is a link that leads to itself',
  EBUSY: 'it is in use',
  EFBIG: 'the disk takes no file of that size',
};

const NEXT = 'name another folder with --to';

/** Fetches into `folder`, the one of `--to` or the default: what its disk refuses is said of it, and where to turn instead. */
export async function intoFolder<T>(folder: string, fetch: () => Promise<T>): Promise<T> {
  if (folder.trim() === '') {
    throw new TrainctlError('usage', '--to is empty: it must name a folder (an unset variable of the shell?)', {
      next: NEXT,
    });
  }
  try {
    return await fetch();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const what = error instanceof TrainctlError ? undefined : (OF_A_FOLDER[code] ?? diskFault(error));
    if (what === undefined) throw error;
    throw new TrainctlError('usage', `${folder} cannot be written: ${what}`, { cause: error, next: NEXT });
  }
}

/** Whether nothing is in it, or it is not there. */
export function isFresh(folder: string): boolean {
  if (!existsSync(folder)) return true;
  if (!statSync(folder).isDirectory()) {
    throw new TrainctlError('usage', `${folder} is a file, not a folder`, { next: NEXT });
  }
  return readdirSync(folder).length === 0;
}
