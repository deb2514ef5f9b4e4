import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files read at the same time when a store starts. */
const AT_ONCE = 64;

/** Writes aside and renames: a reader, or a start after a crash, sees the old document or the new one. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const text = JSON.stringify(value);
  try {
    await writeFile(aside, text, { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(aside, text, { mode: 0o600 });
  }
  await rename(aside, path);
}

/** Every document below a folder, at any depth; what a crash left aside is removed. */
export async function readAllJson<T>(dir: string): Promise<T[]> {
  const names = await readdir(dir, { recursive: true }).catch(() => [] as string[]);
  const leftovers = names.filter((name) => name.endsWith('.tmp'));
  await Promise.all(leftovers.map((name) => rm(join(dir, name), { force: true })));
  const paths = names.filter((name) => name.endsWith('.json')).map((name) => join(dir, name));
  const documents: T[] = [];
  for (let i = 0; i < paths.length; i += AT_ONCE) {
    const texts = await Promise.all(paths.slice(i, i + AT_ONCE).map((path) => readFile(path, 'utf8')));
    documents.push(...texts.map((text) => JSON.parse(text) as T));
  }
  return documents;
}
