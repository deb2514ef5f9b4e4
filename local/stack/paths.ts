import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder with package.json: the same from the sources and from dist/. */
export function packageRoot(): string {
  let dir = __dirname;
  while (!existsSync(path.join(dir, 'package.json'))) {
    const parent = path.dirname(dir);
    if (parent === dir) throw new Error(`no package.json above ${__dirname}`);
    dir = parent;
  }
  return dir;
}

/** A compiled entry point. The stack starts its parts by path, as processes of their own, and imports none of them. */
export const compiled = (file: string): string => path.join(packageRoot(), 'dist', file);
