import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type TrainctlClient } from '../../client';
import type { StackState } from '../../contract';
import { type CliResult, trainctl } from './cli';
import type { SeenInstance } from './cloud';

type PartName = 'worker' | 'cloud' | 'temporal';

/** A stack of its own, whose servers a test may kill. */
export class OwnStack {
  client: TrainctlClient | undefined;
  private made: string | undefined;

  /**
   * @param more - environment of its servers
   * @param main - the CLI of another built copy, whose servers it has then
   */
  constructor(
    private readonly more: Record<string, string> = {},
    private readonly main?: string,
  ) {}

  /** `trainctl stack up`: starts what is not there, and connects anew. */
  async up(): Promise<TrainctlClient> {
    const { code, stderr } = await this.cli('stack', 'up', '--detach');
    if (code !== 0) throw new Error(`stack up: ${code} ${stderr}`);
    await this.client?.close();
    this.client = await createClient({ env: { ...process.env, ...this.env } });
    return this.client;
  }

  /** The CLI, on this stack. */
  cli(...args: string[]): Promise<CliResult> {
    return trainctl(args, { env: this.env, ...(this.main === undefined ? {} : { main: this.main }) });
  }

  /** Made when it is first asked for: a file whose tests are all skipped leaves none. */
  get home(): string {
    this.made ??= mkdtempSync(path.join(os.tmpdir(), 'trainctl-faults-'));
    return this.made;
  }

  get env(): Record<string, string> {
    return { ...this.more, TRAINCTL_HOME: this.home };
  }

  get state(): StackState {
    return JSON.parse(readFileSync(path.join(this.home, 'stack.json'), 'utf8')) as StackState;
  }

  pid(part: PartName): number {
    return this.state[part]?.pid ?? 0;
  }

  /** Sends a signal to one server and waits until it is gone. */
  async kill(part: PartName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const pid = this.pid(part);
    if (pid <= 0) throw new Error(`${part} does not run`);
    process.kill(pid, signal);
    while (lives(pid)) await sleep(20);
  }

  async local<T = unknown>(method: string, at: string, body?: unknown): Promise<T> {
    const { url, controlToken } = this.state.cloud;
    const answer = await fetch(`${url}/_local/${at}`, {
      method,
      headers: { authorization: `Bearer ${controlToken}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} /_local/${at}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async instancesOf(run: string): Promise<SeenInstance[]> {
    const { instances } = await this.local<{ instances: SeenInstance[] }>('GET', 'state');
    return instances.filter(({ tags }) => tags['trainctl:run'] === run);
  }

  /** The instances of a run that are not gone. */
  async aliveOf(run: string): Promise<string[]> {
    const alive = (await this.instancesOf(run)).filter(({ state }) => state !== 'terminated');
    return alive.map(({ id, state }) => `${id} ${state}`);
  }

  async close(): Promise<void> {
    await this.client?.close();
    await this.cli('stack', 'down', '--force');
    // What a host has started may end a moment after the servers, and write until then.
    await rm(this.home, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** A zombie whose parent has not asked for it yet is gone, too. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
