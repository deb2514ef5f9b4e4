import { realpathSync } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { holdsCredential, namesCredential } from './credentials';
import { codeOf, isGone, unreadable } from './errors';
import { linkInside } from './links';
import { isUnreadable, notUtf8, shownName } from './names';
import type { Rules } from './rules';
import type { Selection, SkippedEntry, SnapshotFile } from './types';

const LISTED = 5;

/** Gathers what is selected, once each, and says what it leaves out and why. */
export class Collector {
  private readonly files = new Map<string, SnapshotFile>();
  private readonly folders = new Set<string>();
  private readonly skips: SkippedEntry[] = [];
  private readonly warnings: string[] = [];
  private readonly credentials = new Set<string>();
  private readonly roots: string[];

  /** @param guarded Whether credentials stay behind. */
  constructor(
    readonly dir: string,
    private readonly guarded: boolean,
  ) {
    this.roots = [realpathSync(dir), dir];
  }

  /** Takes one file or link in. Answers what is there: a folder is left to the caller. */
  async add(file: string, rules: Rules): Promise<'taken' | 'left' | 'folder' | 'gone'> {
    const full = path.join(this.dir, file);
    let stats: Awaited<ReturnType<typeof lstat>>;
    try {
      stats = await lstat(full);
    } catch (error) {
      if (codeOf(error) === 'EACCES') throw unreadable(file);
      if (!isGone(error)) throw error;
      if (isUnreadable(file)) throw await notUtf8(this.dir, file);
      return 'gone';
    }
    if (stats.isDirectory()) return 'folder';
    if (stats.isSymbolicLink()) {
      // It may have gone, or have become something else, since.
      const target = await readlink(full).catch(() => undefined);
      if (target === undefined) return 'gone';
      // The way to a place inside may be one that its words alone do not tell: `x/../y`, another link.
      return this.addLink(file, target, await realpath(full).catch(() => undefined));
    }
    if (!stats.isFile()) {
      this.warn(`${shownName(file)} is neither file, folder nor link: left out`);
      return 'left';
    }
    if (this.guarded && !rules.asksByName(file) && holdsCredential(full, stats.size)) {
      this.credentials.add(file);
      this.skip({ path: file, bytes: stats.size });
      return 'left';
    }
    const mode = (stats.mode & 0o100) === 0 ? 0o644 : 0o755;
    this.files.set(file, { path: file, bytes: stats.size, mode });
    return 'taken';
  }

  private addLink(file: string, target: string, reached: string | undefined): 'taken' | 'left' {
    const link =
      linkInside(file, target, this.roots) ??
      (reached === undefined ? undefined : linkInside(file, reached, this.roots));
    if (link === undefined) {
      this.warn(`${shownName(file)} is a link to ${shownName(target)}, outside the folder: left out`);
      return 'left';
    }
    this.files.set(file, { path: file, bytes: 0, mode: 0o777, link });
    return 'taken';
  }

  /** Takes in a folder of which nothing else is taken. */
  addFolder(folder: string): void {
    this.folders.add(folder);
  }

  /** Whether `entry` (a folder ends in `/`) stays behind because credentials have such a name; it is then noted. */
  withholds(entry: string, rules: Rules): boolean {
    if (!this.guarded || !namesCredential(entry) || rules.asksByName(entry)) return false;
    this.credentials.add(entry);
    return true;
  }

  skip(entry: SkippedEntry): void {
    this.skips.push(entry);
  }

  warn(sentence: string): void {
    this.warnings.push(sentence);
  }

  done(source: Selection['source']): Selection {
    const files = [...this.files.values()].sort((a, b) => byBytes(a.path, b.path));
    return {
      dir: this.dir,
      source,
      files,
      folders: [...this.folders].sort(byBytes),
      totalBytes: files.reduce((sum, file) => sum + file.bytes, 0),
      largest: [...files].sort((a, b) => b.bytes - a.bytes).slice(0, LISTED),
      skipped: this.skips.sort((a, b) => b.bytes - a.bytes).slice(0, LISTED),
      credentials: [...this.credentials].sort(byBytes),
      warnings: this.warnings,
    };
  }
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
