import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeFolder } from '../../../local/cloud/hosts/remove-folder';

/** A folder for one test: text, bytes, `{ link }` or `{ run }` (an executable) by path. */
export type Tree = Record<string, string | Buffer | { link: string } | { run: string }>;

export class Folder {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'trainctl-snapshot-'));

  constructor(tree: Tree = {}) {
    this.write(tree);
  }

  write(tree: Tree): this {
    for (const [name, content] of Object.entries(tree)) {
      const file = path.join(this.dir, name);
      mkdirSync(path.dirname(file), { recursive: true });
      if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(file, content);
      else if ('link' in content) symlinkSync(content.link, file);
      else {
        writeFileSync(file, content.run);
        chmodSync(file, 0o755);
      }
    }
    return this;
  }

  git(...args: string[]): string {
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'T',
      GIT_AUTHOR_EMAIL: 't@example.com',
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@example.com',
    };
    return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
      cwd: this.dir,
      env,
      stdio: 'pipe',
    }).toString();
  }

  /** A repository with everything in it committed. */
  commit(): this {
    this.git('init', '--quiet');
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'all');
    return this;
  }

  remove(): void {
    // Git may be tidying up behind its commands.
    removeFolder(this.dir);
  }
}

const folders: Folder[] = [];

/** Removed by {@link removeFolders}. */
export function folder(tree: Tree = {}): Folder {
  const made = new Folder(tree);
  folders.push(made);
  return made;
}

export function removeFolders(): void {
  for (const made of folders.splice(0)) made.remove();
}
