import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Collector } from './collect';
import { ignored, listed, tracked } from './git';
import type { Measure } from './measure';
import { shownName } from './names';
import type { Results } from './results';
import { Rules } from './rules';
import { isGit, rulesInside, walk } from './walk';

/**
 * Takes in exactly what git lists, .trainctlignore on top. A submodule, or another repository inside, is listed by git as one
 * entry: its own git lists its files.
 */
export async function fromGit(collector: Collector, measure: Measure, results: Results): Promise<void> {
  const view = new GitView(collector, results);
  await repository(view, measure, '');
}

async function repository(view: GitView, measure: Measure, prefix: string): Promise<void> {
  const { collector } = view;
  const dir = path.join(collector.dir, prefix);
  const known = new Set(await tracked(dir));
  for (const name of await listed(dir)) {
    const file = `${prefix}${name}`.replace(/\/$/, '');
    if (file.split('/').some(isGit)) continue;
    // A folder that is now a link leads elsewhere: what the index lists below it is gone, as it is for git.
    if (!(await view.inRealFolder(file))) continue;
    if (!known.has(name) && (await view.keptBack(file))) continue;
    if (!(await view.wanted(file, name.endsWith('/')))) {
      collector.skip(await measure.entry(name.endsWith('/') ? `${file}/` : file));
    } else if ((await collector.add(file, await view.rulesFor(file))) === 'folder') await nested(view, measure, file);
  }
  for (const name of await ignored(dir)) {
    const entry = `${prefix}${name}`;
    if (entry.split('/').some(isGit)) continue;
    const rules = await view.rulesFor(entry);
    if (!rules.asksFor(entry) || collector.withholds(entry, rules)) collector.skip(await measure.entry(entry));
    else if (entry.endsWith('/')) await walk(collector, measure, view.results, entry.slice(0, -1), rules);
    else await collector.add(entry, rules);
  }
}

async function nested(view: GitView, measure: Measure, folder: string): Promise<void> {
  const repositoryInside = await lstat(path.join(view.collector.dir, folder, '.git')).then(
    () => true,
    () => false,
  );
  if (repositoryInside) await repository(view, measure, `${folder}/`);
  else
    view.collector.warn(
      `${shownName(folder)} is a submodule that is not checked out: it stays empty (git submodule update --init)`,
    );
}

/** What of .trainctlignore and of real folders has been looked up, once a folder. */
class GitView {
  private readonly rules = new Map<string, Promise<Rules>>();
  private readonly folders = new Map<string, Promise<boolean>>();

  constructor(
    readonly collector: Collector,
    readonly results: Results,
  ) {}

  /** Whether a file that git does not track lies among results, and no rule takes them in by name. */
  async keptBack(file: string): Promise<boolean> {
    const folder = path.posix.dirname(file);
    if (folder === '.' || !(await this.results.keepsBack(folder))) return false;
    for (let above = folder; above !== '.'; above = path.posix.dirname(above)) {
      if ((await this.rulesFor(`${above}/`)).asksFor(`${above}/`)) return false;
    }
    return true;
  }

  /** Whether no rule of .trainctlignore, and no name of a credential, leaves out the file or a folder above it. */
  async wanted(file: string, folder: boolean): Promise<boolean> {
    const parts = file.split('/');
    for (let i = 1; i <= parts.length; i++) {
      const entry = `${parts.slice(0, i).join('/')}${i < parts.length || folder ? '/' : ''}`;
      const rules = await this.rulesFor(entry);
      if (!rules.of(entry).in || this.collector.withholds(entry, rules)) return false;
    }
    return true;
  }

  /** The rules in the folder that holds `entry`. */
  rulesFor(entry: string): Promise<Rules> {
    const folder = path.posix.dirname(entry.replace(/\/$/, ''));
    return this.rulesIn(folder === '.' ? '' : folder);
  }

  private rulesIn(folder: string): Promise<Rules> {
    const known = this.rules.get(folder);
    if (known) return known;
    const above = folder === '' ? Promise.resolve(Rules.onTopOfGit()) : this.rulesFor(folder);
    const rules = above.then((base) => rulesInside(this.collector.dir, folder, base));
    this.rules.set(folder, rules);
    return rules;
  }

  async inRealFolder(file: string): Promise<boolean> {
    const folder = path.posix.dirname(file);
    if (folder === '.') return true;
    const known = this.folders.get(folder);
    if (known) return known;
    const real = this.inRealFolder(folder).then(
      (above) =>
        above &&
        lstat(path.join(this.collector.dir, folder)).then(
          (stats) => stats.isDirectory(),
          () => false,
        ),
    );
    this.folders.set(folder, real);
    return real;
  }
}
