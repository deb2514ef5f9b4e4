import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ProjectFiles } from '../scenario';

/** The local folder of a scenario: known by its name alone, so that the undo finds it in another process too. */
export const scratchFolder = (tag: string, name: string): string => path.join(os.tmpdir(), `trainctl-${tag}-${name}`);

/** Makes it, for nobody else to read. One that is there is a leftover or somebody else's, and removed or refused. */
export async function makeScratch(tag: string, name: string): Promise<string> {
  const folder = scratchFolder(tag, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/** Writes files, and the folders that they need; a name that ends in `/` is a folder alone. */
export async function writeFiles(dir: string, files: ProjectFiles): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const at = path.join(dir, name);
    if (name.endsWith('/')) {
      await mkdir(at, { recursive: true });
      continue;
    }
    await mkdir(path.dirname(at), { recursive: true });
    if (typeof file === 'string' || file instanceof Uint8Array) {
      await writeFile(at, file);
    } else if ('link' in file) {
      await rm(at, { force: true });
      await symlink(file.link, at);
    } else {
      await writeFile(at, file.content);
      // The mask of the process does not decide.
      await chmod(at, file.mode);
    }
  }
}
