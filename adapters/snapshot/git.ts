import { spawn } from 'node:child_process';
import type { Commit } from '../../contract';
import { codeOf, SnapshotError } from './errors';

/** Variables that would send git to another repository than the folder's own; `git rev-parse --local-env-vars` lists them. */
const LOCAL_ENV =
  /^GIT_(ALTERNATE_OBJECT_DIRECTORIES|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|OBJECT_DIRECTORY|DIR|WORK_TREE|IMPLICIT_WORK_TREE|GRAFT_FILE|INDEX_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|PREFIX|SHALLOW_FILE|COMMON_DIR|INTERNAL_SUPER_PREFIX)$/;

interface GitAnswer {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** Undefined: there is no git on this machine. */
function run(dir: string, args: string[]): Promise<GitAnswer | undefined> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !LOCAL_ENV.test(name)));
  return new Promise((resolve, reject) => {
    // fsmonitor would run a program that the repository names.
    const child = spawn('git', ['-c', 'core.fsmonitor=false', '-C', dir, ...args], {
      env: { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => (codeOf(error) === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8').trim() }),
    );
  });
}

/** Whether git manages the files of `dir`: it is in a work tree, and not itself ignored there. */
export async function managedByGit(dir: string): Promise<'yes' | 'no' | 'ignored' | 'no-git'> {
  const inside = await run(dir, ['rev-parse', '--is-inside-work-tree']);
  if (inside === undefined) return 'no-git';
  if (inside.code !== 0) {
    if (/not a git repository/i.test(inside.stderr)) return 'no';
    throw new SnapshotError(`git cannot list ${dir}: ${inside.stderr}`);
  }
  if (inside.stdout.toString().trim() !== 'true') return 'no';
  // Outside a sub-folder git answers 128 here ("outside repository"); only 0 means ignored.
  const top = (await git(dir, ['rev-parse', '--show-prefix'])).toString().trim() === '';
  if (top) return 'yes';
  const ignored = await run(dir, ['check-ignore', '--quiet', '.']);
  if (ignored?.code !== 0) return 'yes';
  return (await git(dir, ['ls-files', '--cached', '-z'])).length > 0 ? 'yes' : 'ignored';
}

async function git(dir: string, args: string[]): Promise<Buffer> {
  const answer = await run(dir, args);
  if (answer?.code === 0) return answer.stdout;
  throw new SnapshotError(`git ${args[0]} failed in ${dir}: ${answer?.stderr || 'git is not there'}`);
}

/** Tracked files, deleted ones included, and untracked ones that are not ignored; folders (repositories in it) end in `/`. */
export const listed = async (dir: string): Promise<string[]> =>
  names(await git(dir, ['ls-files', '--cached', '--others', '--exclude-standard', '-z']));

/** What is in the index. */
export const tracked = async (dir: string): Promise<string[]> => names(await git(dir, ['ls-files', '--cached', '-z']));

/** What git ignores; a folder that is ignored as a whole is one entry, and ends in `/`. */
export const ignored = async (dir: string): Promise<string[]> =>
  names(await git(dir, ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z']));

/** `-z` keeps every name as it is; what is not UTF-8 comes out with U+FFFD, and is found missing later. */
const names = (bytes: Buffer): string[] => [
  ...new Set(
    bytes
      .toString('utf8')
      .split('\0')
      .filter((name) => name !== ''),
  ),
];

/** The commit that a folder is at, and how many of its files are not as there. Undefined: it is in no commit that git knows. */
export async function commitOf(dir: string): Promise<Commit | undefined> {
  const [head, branch, status] = await Promise.all([
    run(dir, ['rev-parse', '--verify', '--quiet', 'HEAD']),
    run(dir, ['symbolic-ref', '--short', '--quiet', 'HEAD']),
    run(dir, ['status', '--porcelain', '-z', '--no-renames', '--', '.']),
  ]);
  if (head?.code !== 0 || status?.code !== 0) return undefined;
  const name = branch?.code === 0 ? branch.stdout.toString().trim() : '';
  return {
    sha: head.stdout.toString().trim(),
    ...(name === '' ? {} : { branch: name }),
    changes: names(status.stdout).length,
  };
}
