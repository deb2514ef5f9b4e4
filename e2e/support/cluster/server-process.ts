import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnded } from '../../../local/stack/machine/processes';

export interface ServerCommand {
  name: string;
  command: string;
  args: string[];
  /** Both outputs are appended to it. */
  log: string;
  options: SpawnOptions;
}

const READY_SECONDS = 90;

/** A server that is started, killed and started again; it ends with this process. */
export class ServerProcess {
  #child: ChildProcess | undefined;

  constructor(private readonly what: ServerCommand) {}

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /**
   * Starts it, and waits until `ready` says so.
   * @throws Error with the end of its log
   */
  async start(ready: () => Promise<boolean>): Promise<void> {
    const { name, command, args, log, options } = this.what;
    const output = openSync(log, 'a', 0o600);
    const child = spawn(command, args, { ...options, stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    let failed = '';
    child.once('error', (error) => {
      failed = error.message;
    });
    const end = (): boolean => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    const until = Date.now() + READY_SECONDS * 1000;
    while (!(await ready())) {
      const over =
        failed || (childEnded(child) ? 'it has ended' : Date.now() > until ? `not in ${READY_SECONDS} s` : '');
      if (over) throw new Error(`${name} is not ready (${over}). The end of its log:\n${tail(log)}`);
      await sleep(100);
    }
  }

  /** Resolves when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.pid === undefined || childEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

const tail = (file: string): string =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(-8)
    .map((line) => line.slice(0, 300))
    .join('\n');
