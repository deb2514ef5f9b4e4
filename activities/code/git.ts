import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { NoSuchObjectError } from '../../adapters/aws';
import { selectFiles, uploadSnapshot } from '../../adapters/snapshot';
import { snapshotKey } from '../../contract';
import { commitNoteKey, readCommitNote } from '../../contract/tokens';
import { type ActivityDeps, type Beat, lastBytes, misconfigured, passing, userFailure } from '../step';

/** A full commit id: SHA-1 or SHA-256. A branch would be other code at each attempt. */
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Transports that git may use. `ext::` and the like would run commands of the spec's author on the worker. */
const TRANSPORTS = 'https:ssh:git';

/** Of a note; it has two hashes. */
const NOTE_BYTES = 1024;

/** A commit as it was uploaded. Without times: by a worker that did not keep them. */
export interface CommitSnapshot {
  snapshot: string;
  times?: string;
}

/**
 * The snapshot of a git commit: fetched by the worker's git (with its credentials), packed and uploaded like a folder, all of it
 * dated as the commit is. The answer is noted in S3 by repository and commit, so that later attempts need no git server.
 * @throws `failed` when the repository or the commit cannot be had.
 */
export async function snapshotOfCommit(
  deps: ActivityDeps,
  code: { git: string; ref: string },
  beat: Beat,
): Promise<CommitSnapshot> {
  if (!COMMIT.test(code.ref)) throw userFailure(`code.ref: ${JSON.stringify(code.ref)} is not a full commit id`);
  const { prefix } = deps.settings;
  const note = commitNoteKey(prefix, code);
  const known = await readNote(deps, note, beat.signal);
  if (known && (await deps.store.head(snapshotKey(prefix, known.snapshot), { signal: beat.signal }))) return known;

  const dir = await mkdtemp(path.join(os.tmpdir(), 'trainctl-git-'));
  try {
    beat.say(`fetching ${code.ref.slice(0, 12)} from ${withoutPassword(code.git)}`);
    const seconds = await checkOut(dir, code, deps.settings.cloud === 'local', beat.signal);
    beat.say('packing the code');
    // What lies in the repository is no secret of this machine: exactly the commit is sent.
    const selection = await selectFiles(dir, { credentials: 'taken' });
    const time = BigInt(seconds) * 1_000_000_000n;
    const { snapshot, times } = await uploadSnapshot(selection, deps.store, prefix, { time });
    await deps.store.put(note, `${snapshot}\n${times}\n`, { contentType: 'text/plain', signal: beat.signal });
    return { snapshot, times };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function readNote(deps: ActivityDeps, key: string, signal: AbortSignal): Promise<CommitSnapshot | undefined> {
  try {
    return readCommitNote((await deps.store.getRange(key, 0, NOTE_BYTES, { signal })).toString('utf8'));
  } catch (error) {
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  }
}

/** Brings the commit into `dir`, and answers its time in seconds. */
async function checkOut(
  dir: string,
  code: { git: string; ref: string },
  allowFile: boolean,
  signal: AbortSignal,
): Promise<string> {
  const git = (...args: string[]): Promise<GitResult> => runGit(dir, args, allowFile, signal);
  const must = async (...args: string[]): Promise<string> => {
    const { code: exit, stdout, stderr } = await git(...args);
    if (exit !== 0) throw gitFailure(code, stderr);
    return stdout;
  };
  await must('init', '--quiet', '--template=', '.');
  await must('remote', 'add', '--', 'origin', code.git);
  const exact = await git('fetch', '--quiet', '--depth=1', '--no-tags', 'origin', code.ref);
  // Some servers give out only what a ref points at: then fetch what the refs reach.
  if (exact.code !== 0) {
    const all = await git('fetch', '--quiet', '--no-tags', 'origin', '+refs/*:refs/remotes/origin/*');
    if (all.code !== 0) throw gitFailure(code, all.stderr);
  }
  await must('checkout', '--quiet', '--detach', code.ref, '--');
  return (await must('log', '-1', '--no-show-signature', '--format=%ct', code.ref, '--')).trim();
}

interface GitResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

function runGit(dir: string, args: string[], allowFile: boolean, signal: AbortSignal): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false', ...args], {
      cwd: dir,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIT_ALLOW_PROTOCOL: allowFile ? `${TRANSPORTS}:file` : TRANSPORTS,
        // A question nobody answers would hang the activity.
        GIT_TERMINAL_PROMPT: '0',
        GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes',
        GIT_LFS_SKIP_SMUDGE: '1',
        LC_ALL: 'C',
      },
    });
    let stdout = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      stdout = lastBytes(stdout + text, 4096);
    });
    let stderr = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      stderr = lastBytes(stderr + text, 4096);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      reject(missing ? misconfigured('the worker has no git: install it, or give the code as a snapshot') : error);
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** What git prints when a server cannot be reached at this moment. */
const PASSING =
  /Could not resolve host|Connection (timed out|refused|reset)|early EOF|remote end hung up|HTTP 5\d\d|error: 5\d\d/i;

function gitFailure(code: { git: string; ref: string }, stderr: string): Error {
  const text = stderr.split(code.git).join(withoutPassword(code.git)).trim();
  const message = `cannot fetch commit ${code.ref.slice(0, 12)} from ${withoutPassword(code.git)}`;
  return PASSING.test(text) ? passing(`${message}: ${text}`, 'git') : userFailure(message, text);
}

/** A URL as it may be shown: people put tokens into them. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
