import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { findProgram, searchedFolders } from '../programs';
import { type Listening, listenInside } from './listener';

/** Says a line once it is in the namespace, and ends with whoever has the other end of its stdin. */
const HOLD = ['unshare', '--net', '--', 'sh', '-c', 'echo; exec cat'];

/**
 * A network namespace without a name: nothing but a file descriptor of this process holds it. So it is gone, with its links,
 * when that is closed and what ran in it has ended, and also when this process is killed.
 */
export class NetworkNamespace {
  private closed = false;

  private constructor(private readonly fd: number) {}

  /** @throws Error with the system's words where it allows none. */
  static async make(): Promise<NetworkNamespace> {
    const [program = '', ...args] = HOLD;
    const child = spawn(program, args, { stdio: 'pipe', env: systemEnvironment(), cwd: '/' });
    child.stdin.on('error', () => undefined);
    const said = text(child.stderr);
    const failed = once(child, 'close').then(async () => {
      throw new Error(`no network namespace: ${(await said).trim() || 'unshare ended at once'}`);
    });
    failed.catch(() => undefined);
    try {
      await Promise.race([once(child.stdout, 'data'), failed]);
      return new NetworkNamespace(openSync(`/proc/${child.pid}/ns/net`, 'r'));
    } finally {
      child.stdin.end();
    }
  }

  /** A file that is the namespace, for as long as this process holds it. */
  get path(): string {
    // Its number is another file's by now.
    if (this.closed) throw new Error('the network namespace is gone');
    return `/proc/${process.pid}/fd/${this.fd}`;
  }

  /** What to put before a command so that it runs here. */
  get enter(): string[] {
    return ['nsenter', `--net=${this.path}`, '--'];
  }

  /** Runs lines of `ip` here. */
  ip(lines: readonly string[]): Promise<void> {
    return ip(lines, this.enter);
  }

  /** Listens here, from this process. @throws Error with a code, such as EADDRINUSE. */
  listen(places: readonly Listening[]): Promise<Server[]> {
    return listenInside(this.enter, places);
  }

  close(): void {
    if (!this.closed) closeSync(this.fd);
    this.closed = true;
  }
}

/**
 * Runs lines of iproute2's `ip`, the first that fails being the last.
 * @param enter - put before it; default: in the network of this process
 * @throws Error with its words.
 */
export async function ip(lines: readonly string[], enter: readonly string[] = []): Promise<void> {
  const [program = '', ...args] = [...enter, findProgram('ip') ?? 'ip', '-batch', '-'];
  const child = spawn(program, args, { stdio: 'pipe', env: systemEnvironment(), cwd: '/' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${lines.join('\n')}\n`);
  child.stdout.resume();
  const [[code], words] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  if (code !== 0) throw new Error(`ip: ${words.trim().replaceAll('\n', '; ') || `exit ${code}`}`);
}

/** The system's words in English: some are looked for. */
export const systemEnvironment = (): NodeJS.ProcessEnv => ({ PATH: searchedFolders(), LC_ALL: 'C' });
