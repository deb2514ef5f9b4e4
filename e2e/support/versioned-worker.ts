import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = path.join(__dirname, '../../dist/worker/main.js');

/** A worker of one build, as a service manager would start it. */
export class VersionedWorker {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<unknown>,
  ) {}

  /** Resolves when it polls. */
  static async start(buildId: string, env: Record<string, string>): Promise<VersionedWorker> {
    const child = spawn(process.execPath, [MAIN], {
      env: { ...process.env, ...env, TRAINCTL_BUILD_ID: buildId },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4000);
    });
    const ended = once(child, 'close');
    const ready = once(createInterface({ input: child.stdout }), 'line');
    const early = ended.then(() => Promise.reject(new Error(`worker ${buildId} ended before it was ready: ${log}`)));
    // Whoever loses the race has nobody who waits for it.
    early.catch(() => undefined);
    await Promise.race([ready, early]);
    return new VersionedWorker(child, ended);
  }

  /** Returns when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}
