import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { FETCHED_MARK } from '../../contract';
import type { Collector } from './collect';
import type { Measure } from './measure';
import { shownName } from './names';

/** A folder that holds any of these is somebody's source, whatever its name says. */
const SOURCE =
  /\.(py|pyx|ipynb|sh|bash|js|ts|mjs|c|cc|cpp|cu|cuh|h|hpp|go|rs|jl|r|java|toml)$|^(Makefile|Dockerfile)$/i;

/** Entries that are looked at for that. */
const LOOKED_AT = 2_000;

/** Folders of results: of runs before, or of the command when it ran here. The next run makes its own. */
export class Results {
  private readonly known = new Map<string, Promise<boolean>>();

  /** @param named Folders, relative to the top, that the run's outputs come from. */
  constructor(
    private readonly collector: Collector,
    private readonly measure: Measure,
    private readonly named: readonly string[],
  ) {}

  /** Whether `folder` (`a/b`), or one above it, stays behind; said once. */
  async keepsBack(folder: string): Promise<boolean> {
    if (folder === '' || folder === '.') return false;
    if (await this.keepsBack(path.posix.dirname(folder))) return true;
    const known = this.known.get(folder) ?? this.judge(folder);
    this.known.set(folder, known);
    return known;
  }

  private async judge(folder: string): Promise<boolean> {
    const full = path.join(this.collector.dir, folder);
    const fetched = await access(path.join(full, FETCHED_MARK)).then(
      () => true,
      () => false,
    );
    if (!fetched) {
      if (!this.named.includes(folder) || (await holdsSource(full))) return false;
      // A script may count on the folder.
      this.collector.addFolder(folder);
      if (!(await isEmpty(full))) {
        this.collector.warn(
          `${shownName(`${folder}/`)} stays here: the run makes its own (to send it: a line !/${folder}/ in .trainctlignore)`,
        );
      }
    }
    this.collector.skip(await this.measure.entry(`${folder}/`));
    return true;
  }
}

const isEmpty = async (folder: string): Promise<boolean> => (await readdir(folder).catch(() => [])).length === 0;

async function holdsSource(root: string): Promise<boolean> {
  let left = LOOKED_AT;
  const todo = [root];
  for (let folder = todo.pop(); folder !== undefined && left > 0; folder = todo.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      left -= 1;
      if (entry.isDirectory()) todo.push(path.join(folder, entry.name));
      else if (SOURCE.test(entry.name)) return true;
    }
  }
  return false;
}
