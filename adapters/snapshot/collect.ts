import { lstat, readlink } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, SnapshotError } from './errors';
import { linkStaysInside } from './links';
import type { Selection, SkippedEntry, SnapshotFile } from './types';

const LISTED = 5;

/** Gathers what is selected, once each, and says what it leaves out and why. */
export class Collector {
  private readonly files = new Map<string, SnapshotFile>();
  private readonly skips: SkippedEntry[] = [];
  private readonly warnings: string[] = [];

  constructor(readonly dir: string) {}

  /** Takes one file or link in. Answers what is there: a folder is left to the caller. */
  async add(file: string): Promise<'taken' | 'folder' | 'gone'> {
    let stats: Awaited<ReturnType<typeof lstat>>;
    try {
      stats = await lstat(path.join(this.dir, file));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
      if (file.includes('\uFFFD')) throw notUtf8(file);
      return 'gone';
    }
    if (stats.isDirectory()) return 'folder';
    if (stats.isSymbolicLink()) {
      const link = await readlink(path.join(this.dir, file));
      if (linkStaysInside(file, link)) this.files.set(file, { path: file, bytes: 0, mode: 0o777, link });
      else this.warn(`${file} is a link to ${link}, outside the folder: left out`);
    } else if (stats.isFile()) {
      const mode = (stats.mode & 0o100) === 0 ? 0o644 : 0o755;
      this.files.set(file, { path: file, bytes: stats.size, mode });
    } else this.warn(`${file} is neither file, folder nor link: left out`);
    return 'taken';
  }

  skip(entry: SkippedEntry): void {
    this.skips.push(entry);
  }

  warn(sentence: string): void {
    this.warnings.push(sentence);
  }

  done(source: Selection['source']): Selection {
    const files = [...this.files.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
    return {
      dir: this.dir,
      source,
      files,
      totalBytes: files.reduce((sum, file) => sum + file.bytes, 0),
      largest: [...files].sort((a, b) => b.bytes - a.bytes).slice(0, LISTED),
      skipped: this.skips.sort((a, b) => b.bytes - a.bytes).slice(0, LISTED),
      warnings: this.warnings,
    };
  }
}

/** Such a name has no one form in a tar that every host reads back. */
export const notUtf8 = (file: string): SnapshotError =>
  new SnapshotError(`the name of ${JSON.stringify(file)} is not UTF-8: rename the file, or move it out of the folder`);
