import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Collector, notUtf8 } from './collect';
import { codeOf, SnapshotError } from './errors';
import type { Measure } from './measure';
import type { Rules } from './rules';

/** `.git` holds history and credentials; it never leaves the machine, whatever any rule says. */
export const isGit = (name: string): boolean => name.toLowerCase() === '.git';

/** Takes in what the rules leave of `folder` (`a/b`; empty for the top) and everything below it. Links are not followed. */
export async function walk(collector: Collector, measure: Measure, folder: string, above: Rules): Promise<void> {
  const rules = await rulesInside(collector.dir, folder, above);
  const entries = await readdir(path.join(collector.dir, folder), { withFileTypes: true }).catch((error: Error) => {
    if (codeOf(error) !== 'EACCES') throw error;
    throw new SnapshotError(
      `${folder || collector.dir} cannot be read: give yourself the right, or name it in .trainctlignore`,
    );
  });
  for (const entry of entries) {
    if (isGit(entry.name)) continue;
    const inner = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const named = entry.isDirectory() ? `${inner}/` : inner;
    const verdict = rules.of(named);
    if (!verdict.in) collector.skip(await measure.entry(named));
    else if (entry.isDirectory()) await walk(collector, measure, inner, verdict.again ? rules.takenInAgain() : rules);
    else if ((await collector.add(inner)) === 'gone' && inner.includes('\uFFFD')) throw notUtf8(inner);
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
    throw error;
  }
}
