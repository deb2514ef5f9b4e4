import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TASK_QUEUES, WORKFLOW_TYPE } from '../../contract';
import type { SpecPatch } from '../../test/support/spec';

const REGISTER = path.resolve(__dirname, '../../test/support/register.js');

/** What is said to a worker with hosts in memory, and what it says. */
export type ToMemoryWorker = { t: 'setup'; address: string } | { t: 'ask' };
export type FromMemoryWorker = { t: 'ready' } | { t: 'told'; alive: number; breaches: string[] };

const SPEC: SpecPatch = { name: 'scale', limits: { maxDurationSeconds: 7 * 86_400 } };

/** A worker process whose hosts are models in its memory; everything between them and Temporal is the product's. */
export class MemoryHosts {
  /** Those who wait for an answer, in the order of their questions. */
  readonly #asking: { answered: (said: FromMemoryWorker) => void; failed: (why: Error) => void }[] = [];

  private constructor(private readonly child: ChildProcess) {
    process.once('exit', () => child.kill('SIGKILL'));
    child.on('message', (said: FromMemoryWorker) => this.#asking.shift()?.answered(said));
    child.once('exit', () => {
      for (const { failed } of this.#asking.splice(0)) failed(new Error('the worker with hosts in memory has ended'));
    });
  }

  static async start(address: string): Promise<MemoryHosts> {
    const child = fork(path.join(__dirname, 'memory-worker.ts'), [], { execArgv: ['-r', REGISTER] });
    const hosts = new MemoryHosts(child);
    await hosts.say({ t: 'setup', address });
    return hosts;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  startRun(client: Client, workflowId: string): Promise<WorkflowHandle> {
    return client.workflow.start(WORKFLOW_TYPE, { taskQueue: TASK_QUEUES.main, workflowId, args: [SPEC] });
  }

  /** @throws Error when something happened that never may, such as two trainings of one run at once */
  async alive(): Promise<number> {
    const told = await this.say({ t: 'ask' });
    if (told.t !== 'told') throw new Error(`the worker said ${told.t}`);
    if (told.breaches.length > 0) throw new Error(told.breaches.join('; '));
    return told.alive;
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private say(message: ToMemoryWorker): Promise<FromMemoryWorker> {
    if (!this.child.connected) return Promise.reject(new Error('the worker with hosts in memory has ended'));
    return new Promise((answered, failed) => {
      this.#asking.push({ answered, failed });
      this.child.send(message);
    });
  }
}
