import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TAGS } from '../../../contract';
import type { CloudInfo } from '../../../local/cloud/server';
import { freePort } from '../../../local/stack/machine/free-port';

const ROOT = path.resolve(__dirname, '../../..');
export const REGISTER = path.join(ROOT, 'test/support/register.js');

interface Tagged {
  id: string;
  state: string;
  tags: Record<string, string>;
}
interface CloudState {
  instances: Tagged[];
  volumes: Tagged[];
  spotRequests: Tagged[];
}

/** An instance that was launched for a run. */
export interface Launched {
  id: string;
  attempt: number;
  runKey: string;
}

/** The local cloud as a process of its own, and what it says of a run: never what our records say. */
export class LocalCloud {
  private constructor(
    readonly info: CloudInfo,
    private readonly child: ChildProcess,
    private readonly dir: string,
  ) {}

  static async start(): Promise<LocalCloud> {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'tm-'));
    const args = ['--dir', dir, '--port', '0', '--ssh-port', String(await freePort())];
    const child = spawn(process.execPath, ['-r', REGISTER, path.join(ROOT, 'local/cloud/main.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.once('exit', () => child.kill());
    if (!child.stdout) throw new Error('the local cloud has no stdout');
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => String(text)),
      once(child, 'exit').then(() => Promise.reject(new Error('the local cloud ended while it was starting'))),
    ]);
    const cloud = new LocalCloud(JSON.parse(line) as CloudInfo, child, dir);
    // Ended instances stay visible: what was launched is counted at the end.
    await cloud.post('time', { terminatedVisibleSeconds: 1e6 });
    return cloud;
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    // Whoever is on its way out may still write there: `rmSync` would try its last step again, `rm` all of it.
    await rm(this.dir, { recursive: true, force: true, maxRetries: 20 });
  }

  async post(at: string, body: object): Promise<void> {
    await this.call(at, { method: 'POST', body: JSON.stringify(body) });
  }

  /** What is alive of a run: instances, their processes, disks, spot requests. In words. */
  async leftovers(run: string): Promise<string[]> {
    const { instances, volumes, spotRequests } = await this.state();
    const of = (things: Tagged[]): Tagged[] => things.filter(({ tags }) => tags[TAGS.run] === run);
    const processes = await Promise.all(
      of(instances).map(async ({ id }) => {
        const detail = await this.get<{ processes: unknown[] }>(`instances/${id}`);
        return detail.processes.length > 0 ? [`${detail.processes.length} processes of ${id}`] : [];
      }),
    );
    return [
      ...of(instances).filter(({ state }) => state !== 'terminated'),
      ...of(volumes),
      ...of(spotRequests).filter(({ state }) => ['open', 'active', 'disabled'].includes(state)),
    ]
      .map(({ id, state }) => `${id} ${state}`)
      .concat(processes.flat());
  }

  /** Every instance that was ever launched for a run. */
  async launched(run: string): Promise<Launched[]> {
    const { instances } = await this.state();
    return instances
      .filter(({ tags }) => tags[TAGS.run] === run)
      .map(({ id, tags }) => ({ id, attempt: Number(tags[TAGS.attempt]), runKey: tags[TAGS.runKey] ?? '' }));
  }

  private state(): Promise<CloudState> {
    return this.get('state');
  }

  private async get<T>(at: string): Promise<T> {
    return (await (await this.call(at)).json()) as T;
  }

  private async call(at: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.info.controlToken}` };
    const reply = await fetch(`${this.info.url}/_local/${at}`, { ...init, headers });
    if (!reply.ok) throw new Error(`${at}: ${reply.status} ${await reply.text()}`);
    return reply;
  }
}
