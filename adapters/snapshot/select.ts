import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Collector } from './collect';
import { SnapshotError } from './errors';
import { fromGit } from './from-git';
import { managedByGit } from './git';
import { Measure } from './measure';
import { Results } from './results';
import { Rules } from './rules';
import type { Selection } from './types';
import { walk } from './walk';

export interface SelectOptions {
  /** Default `left`. `taken` is for what has been published already, such as a commit. */
  credentials?: 'left' | 'taken';
  /**
   * Folders, relative to `dir`, that the run's outputs come from. What git tracks of them is sent, and one that holds source; of
   * any other, the empty folder alone.
   */
  results?: readonly string[];
}

/**
 * What of a folder goes into its snapshot. In a git work tree: what `git ls-files --cached --others --exclude-standard` lists
 * and is there. Elsewhere: everything, empty folders too, but what .gitignore files and the default skips (`.venv`, `wandb`,
 * `__pycache__`, `node_modules`) leave out. In both, credentials stay behind. On top: .trainctlignore, whose `!pattern` also
 * takes in again what the other rules left out (a folder by its own name, as in git; credentials only by a name). Never
 * `.git`, nor what trainctl itself has fetched; links as links, and only those that lead to somewhere inside.
 * @throws SnapshotError when the folder, or a name in it, cannot be taken.
 */
export async function selectFiles(dir: string, options: SelectOptions = {}): Promise<Selection> {
  const root = path.resolve(dir);
  const stats = await stat(root).catch(() => undefined);
  if (!stats?.isDirectory()) throw new SnapshotError(`${dir} is ${stats ? 'not a folder' : 'not there'}`);
  const collector = new Collector(root, options.credentials !== 'taken');
  const measure = new Measure(root);
  const results = new Results(collector, measure, options.results ?? []);
  const managed = await managedByGit(root);
  if (managed === 'yes') {
    await fromGit(collector, measure, results);
    return collector.done('git');
  }
  if (managed === 'ignored')
    collector.warn(`git ignores ${root} as a whole: its own .gitignore files were read instead`);
  await walk(collector, measure, results, '', Rules.folder());
  return collector.done('folder');
}
