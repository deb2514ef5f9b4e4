import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Collector } from './collect';
import { SnapshotError } from './errors';
import { fromGit } from './from-git';
import { managedByGit } from './git';
import { Measure } from './measure';
import { Rules } from './rules';
import type { Selection } from './types';
import { walk } from './walk';

/**
 * What of a folder goes into its snapshot. In a git work tree: what `git ls-files --cached --others --exclude-standard` lists
 * and is there. Elsewhere: everything but what .gitignore files and the default skips (`.env`, `.venv`, `wandb`,
 * `__pycache__`, `node_modules`) leave out. On top of both: .trainctlignore, whose `!pattern` also takes in again what the
 * other rules left out (a folder by its own name, as in git). Never `.git`; links as links, and only those that stay inside.
 * @throws SnapshotError when the folder, or a name in it, cannot be taken.
 */
export async function selectFiles(dir: string): Promise<Selection> {
  const root = path.resolve(dir);
  const stats = await stat(root).catch(() => undefined);
  if (!stats?.isDirectory()) throw new SnapshotError(`${dir} is ${stats ? 'not a folder' : 'not there'}`);
  const collector = new Collector(root);
  const measure = new Measure(root);
  const managed = await managedByGit(root);
  if (managed === 'yes') {
    await fromGit(collector, measure);
    return collector.done('git');
  }
  if (managed === 'ignored')
    collector.warn(`git ignores ${root} as a whole: its own .gitignore files were read instead`);
  await walk(collector, measure, '', Rules.folder());
  return collector.done('folder');
}
