import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** What tells two snapshots apart, by path, each list sorted. */
export interface SnapshotDifference {
  added: string[];
  removed: string[];
  /** Another content, right to execute, or link. */
  changed: string[];
}

/** Compares two packed snapshots (gzipped tars) without unpacking them; memory grows with the number of files alone. */
export async function compareSnapshots(before: Readable, after: Readable): Promise<SnapshotDifference> {
  const [was, is] = await Promise.all([entriesOf(before), entriesOf(after)]);
  return {
    added: [...is.keys()].filter((name) => !was.has(name)).sort(),
    removed: [...was.keys()].filter((name) => !is.has(name)).sort(),
    changed: [...is]
      .filter(([name, what]) => was.has(name) && was.get(name) !== what)
      .map(([name]) => name)
      .sort(),
  };
}

async function entriesOf(tarGz: Readable): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const gunzip = createGunzip();
  const tar = extract();
  tarGz.on('error', (error) => gunzip.destroy(error));
  gunzip.on('error', (error) => tar.destroy(error));
  tarGz.pipe(gunzip).pipe(tar);
  for await (const entry of tar) {
    const { name, mode = 0, type, linkname = '' } = entry.header;
    const hash = createHash('sha256');
    for await (const chunk of entry) hash.update(chunk as Buffer);
    found.set(name, `${type} ${mode & 0o111} ${linkname} ${hash.digest('hex')}`);
  }
  return found;
}
