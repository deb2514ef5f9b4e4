import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Collector } from './collect';
import { codeOf, isGone, unreadable } from './errors';
import type { Measure } from './measure';
import { isUnreadable, notUtf8 } from './names';
import type { Results } from './results';
import type { Rules } from './rules';

/** `.git` holds history and credentials; it never leaves the machine, whatever any rule says. */
export const isGit = (name: string): boolean => name.toLowerCase() === '.git';

/**
 * Takes in what the rules leave of `folder` (`a/b`; empty for the top) and everything below it; a folder of which nothing is
 * left is taken in as such. Links are not followed.
 */
export async function walk(
  collector: Collector,
  measure: Measure,
  results: Results,
  folder: string,
  above: Rules,
): Promise<void> {
  const rules = await rulesInside(collector.dir, folder, above);
  const entries = await entriesOf(collector.dir, folder);
  let any = false;
  for (const entry of entries ?? []) {
    if (isGit(entry.name)) continue;
    const inner = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const named = entry.isDirectory() ? `${inner}/` : inner;
    const verdict = rules.of(named);
    if (!verdict.in || collector.withholds(named, rules)) collector.skip(await measure.entry(named));
    else if (entry.isDirectory() && !rules.asksFor(named) && (await results.keepsBack(inner))) any = true;
    else if (entry.isDirectory()) {
      await walk(collector, measure, results, inner, verdict.again ? rules.takenInAgain() : rules);
      any = true;
    } else if ((await collector.add(inner, rules)) === 'taken') any = true;
  }
  if (entries && !any && folder !== '') collector.addFolder(folder);
}

/** Undefined: the folder went away since it was listed. */
async function entriesOf(dir: string, folder: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(path.join(dir, folder), { withFileTypes: true });
  } catch (error) {
    if (isGone(error) && isUnreadable(folder)) throw await notUtf8(dir, folder);
    if (isGone(error) && folder !== '') return undefined;
    if (codeOf(error) !== 'EACCES') throw error;
    throw unreadable(folder || dir);
  }
}

/** The rules above, with the ignore files of the folder itself. */
export async function rulesInside(dir: string, folder: string, above: Rules): Promise<Rules> {
  const [gitignore, trainctlignore] = await Promise.all(
    ['.gitignore', '.trainctlignore'].map((name) => readIgnoreFile(path.join(dir, folder, name))),
  );
  if (gitignore === undefined && trainctlignore === undefined) return above;
  return above.inside(folder, { gitignore, trainctlignore });
}

async function readIgnoreFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return undefined;
    if (codeOf(error) === 'EACCES') throw unreadable(file);
    throw error;
  }
}
