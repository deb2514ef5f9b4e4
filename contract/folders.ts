// Not exported by the index: workflows may not touch a disk. Here, because the settings and the stack make folders of one home alike.
import { mkdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and the missing ones above it; answers with those that it made, outermost first. One by one: where the file
 * system refuses with ENOENT (/proc), node's `recursive` asks again without end (https://github.com/nodejs/node/issues/31481).
 * @throws what mkdir throws; ENOTDIR when a file stands there.
 */
export function makeFolder(folder: string, mode = 0o777): string[] {
  const missing: string[] = [];
  let at = path.resolve(folder);
  for (let found = false; !found; ) {
    const stat = existing(at);
    if (stat && !stat.isDirectory()) {
      throw Object.assign(new Error(`ENOTDIR: a file stands at ${at}`), { code: 'ENOTDIR', path: at });
    }
    found = stat !== undefined || at === path.dirname(at);
    if (found) break;
    missing.unshift(at);
    at = path.dirname(at);
  }
  const made: string[] = [];
  for (const each of missing) {
    try {
      mkdirSync(each, { mode });
      made.push(each);
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(each).isDirectory()) throw error;
    }
  }
  return made;
}

/** Undefined where nothing stands, also because a file stands above it. */
function existing(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
