import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../local/stack/binaries/cache';

const MODULE = 'github.com/temporalio/tctl/cmd/tctl@v1.18.1';

/** What the building may take, on a cold cache and a busy machine. */
export const TCTL_BUILD_MS = 600_000;

const run = promisify(execFile);

export interface Tctl {
  path?: string;
  /** Why there is none. */
  missing?: string;
}

/**
 * Temporal's command line before `temporal`: on PATH, or built from its Go module into the cache, once. A registry that says it does not
 * have it is not asked again: to have it asked, remove the file `…refused` there.
 */
export async function findTctl(): Promise<Tctl> {
  const onPath = await output('sh', ['-c', 'command -v tctl']);
  if (onPath) return { path: onPath };
  const folder = path.join(cacheDir(), 'tctl-1.18.1');
  const program = path.join(folder, 'tctl');
  if (existsSync(program)) return { path: program };
  const refused = `${folder}.refused`;
  if (existsSync(refused)) return { missing: readFileSync(refused, 'utf8').trim() };
  if (!(await output('go', ['version']))) return { missing: 'no tctl on PATH, and no Go to build it with' };
  mkdirSync(cacheDir(), { recursive: true });
  try {
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
    await run('go', ['install', MODULE], { env, timeout: TCTL_BUILD_MS, maxBuffer: 1 << 26 });
    return { path: program };
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error);
    const missing = 'its Go module is not to be had';
    if (/\b(403|404|410)\b/.test(said)) writeFileSync(refused, `${missing}\n`);
    return { missing };
  }
}

async function output(command: string, args: string[]): Promise<string> {
  try {
    return (await run(command, args)).stdout.trim();
  } catch {
    return '';
  }
}
