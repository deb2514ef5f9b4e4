import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { Cell, FaultKind } from './cells';
import { REGISTER } from './local-cloud';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol';

/** How often a fault strikes. */
const STRIKES: Record<FaultKind, number> = { before: 1, after: 1, hang: 1, repeated: 3, killed: 1 };

/** A worker that does not come up in this time never will. Milliseconds. */
const START_MS = 60_000;

/** A worker that crashes so often is not started again. */
const CRASHES = 3;

interface Case {
  cell: Cell;
  left: number;
  struck: number;
  cancelled: boolean;
}

/** One Temporal namespace with one worker process, and what is to go wrong there: kept here, because that worker dies. */
export class Lane {
  readonly #cases = new Map<string, Case>();
  #child: ChildProcess | undefined;
  #ready: Promise<void> | undefined;
  #killExpected = 0;
  #closing = false;
  #crashed = 0;
  /** Why the worker ended when nobody wanted it to. */
  readonly crashes: string[] = [];

  constructor(
    readonly client: Client,
    private readonly setup: WorkerSetup,
  ) {}

  /** Resolves when the worker polls. */
  start(): Promise<void> {
    this.#ready ??= this.spawn();
    return this.#ready;
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  expect(cell: Cell): void {
    this.#cases.set(cell.id, { cell, left: STRIKES[cell.fault], struck: 0, cancelled: false });
  }

  /** How often the fault of a cell has struck. */
  struck(cell: Cell): number {
    return this.#cases.get(cell.id)?.struck ?? 0;
  }

  private async spawn(): Promise<void> {
    const child = fork(path.join(__dirname, 'worker.ts'), [], { execArgv: ['-r', REGISTER] });
    this.#child = child;
    const end = (): boolean => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', (code, signal) => {
      process.off('exit', end);
      this.ended(code, signal);
    });
    child.on('message', (message: FromWorker) => void this.hear(child, message));
    tell(child, this.setup);
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        new Promise<void>((resolve) => {
          child.on('message', (message: FromWorker) => {
            if (message.t === 'ready') resolve();
          });
        }),
        new Promise((_, reject) => {
          child.once('exit', () => reject(new Error('the worker ended while it was starting')));
          timer = setTimeout(() => reject(new Error('the worker did not start in time')), START_MS);
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#closing) return;
    if (this.#killExpected > 0 && signal === 'SIGKILL') this.#killExpected -= 1;
    else {
      this.crashes.push(`the worker ended by itself (${signal ?? code})`);
      this.#crashed += 1;
    }
    if (this.#crashed >= CRASHES) return;
    this.#ready = this.spawn();
    // Whoever waits for it hears why.
    this.#ready.catch(() => undefined);
  }

  private async hear(child: ChildProcess, message: FromWorker): Promise<void> {
    if (message.t === 'ready') return;
    const known = this.#cases.get(message.workflowId);
    if (message.t === 'lost') {
      if (known) await this.cancel(known);
      return tell(child, { t: 'go', call: message.call });
    }
    const fault = known && known.left > 0 && known.cell.activity === message.activity ? known.cell.fault : null;
    if (known && fault) {
      known.left -= 1;
      known.struck += 1;
      // A lost reply is cancelled when its effect has taken place; all others where they begin.
      if (fault !== 'after') await this.cancel(known);
      if (fault === 'killed') this.#killExpected += 1;
    }
    tell(child, { t: 'answer', call: message.call, fault });
  }

  private async cancel(known: Case): Promise<void> {
    if (known.cell.ending !== 'cancelled' || known.cancelled) return;
    known.cancelled = true;
    // One that fails shows in the outcome of the cell.
    await this.client.workflow
      .getHandle(known.cell.id)
      .cancel()
      .catch(() => undefined);
  }
}

function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message);
}
