import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { SkippedEntry } from './types';

/** How many entries are looked at, in all, to say how large the skipped folders are. */
const BUDGET = 5_000;

/** Measures what is left out, without ever taking long: `node_modules` may hold a hundred thousand files. */
export class Measure {
  private left = BUDGET;

  constructor(private readonly dir: string) {}

  async entry(file: string): Promise<SkippedEntry> {
    if (!file.endsWith('/')) return { path: file, bytes: await this.file(path.join(this.dir, file)) };
    const bytes = await this.folder(path.join(this.dir, file));
    return this.left > 0 ? { path: file, bytes } : { path: file, bytes, atLeast: true };
  }

  private async folder(folder: string): Promise<number> {
    let sum = 0;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (this.left <= 0) break;
      const inner = path.join(folder, entry.name);
      sum += entry.isDirectory() ? await this.folder(inner) : await this.file(inner);
    }
    return sum;
  }

  private async file(file: string): Promise<number> {
    if (this.left <= 0) return 0;
    this.left--;
    // What cannot be looked at is left out all the same.
    return lstat(file).then(
      (stats) => (stats.isFile() ? stats.size : 0),
      () => 0,
    );
  }
}
