import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { childEnded } from '../../../local/stack/machine/processes';
import type { Cell, FaultKind } from '../plan/cells';
import { REGISTER } from './local-cloud';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol';

/** How often a fault strikes. */
const STRIKES: Record<FaultKind, number> = { before: 1, after: 1, hang: 1, repeated: 3, killed: 1 };

/** A worker that does not come up in this time never will. Milliseconds. */
const START_MS = 60_000;

/** A worker that crashes so often is not started again. */
const CRASHES = 3;

/** Between two tries to cancel, on a server that is too busy to answer. Milliseconds. */
const AGAIN_MS = 200;

interface Case {
  cell: Cell;
  left: number;
  struck: number;
  /** Set when the cancel is asked for; resolves when the server has taken it. */
  cancelling?: Promise<void>;
  /** Why it could not be cancelled. */
  refused?: string;
}

/** One Temporal namespace with one worker process, and what is to go wrong there: kept here, because that worker dies. */
export class Lane {
  readonly #cases = new Map<string, Case>();
  #child: ChildProcess | undefined;
  #ready: Promise<void> | undefined;
  #killExpected = 0;
  #closing = false;
  #crashed = 0;
  /** Why the worker ended when nobody wanted that. */
  private readonly crashes: string[] = [];

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
    if (!child || childEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends the worker with -9, whatever it is at; the next one starts at once. Resolves when it is dead. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#killExpected += 1;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Workers that ended when nobody wanted that, since it was last asked. */
  takeCrashes(): string[] {
    return this.crashes.splice(0);
  }

  expect(cell: Cell): void {
    this.#cases.set(cell.subject, { cell, left: STRIKES[cell.fault], struck: 0 });
  }

  /** What of a cell's story did not take place. */
  problems(cell: Cell): string[] {
    const known = this.#cases.get(cell.subject);
    return [
      ...(known && known.struck > 0 ? [] : ['the fault never struck']),
      ...(known?.refused ? [`the cancel was refused: ${known.refused}`] : []),
      ...this.takeCrashes(),
    ];
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
    const known = this.#cases.get(message.subject);
    if (message.t === 'lost') {
      await this.cancelOf(known);
      return tell(child, { t: 'go', call: message.call });
    }
    const fault = known && known.left > 0 && known.cell.activity === message.activity ? known.cell.fault : null;
    if (known && fault) {
      known.left -= 1;
      known.struck += 1;
      // A lost reply is cancelled when its effect has taken place; all others where they begin.
      if (fault !== 'after') await this.cancelOf(known);
      if (fault === 'killed') this.#killExpected += 1;
    }
    // On a server so busy that it takes the cancel late, nothing of the run overtakes it: also not the next try.
    else await known?.cancelling;
    tell(child, { t: 'answer', call: message.call, fault });
  }

  private cancelOf(known: Case | undefined): Promise<void> | undefined {
    if (known?.cell.ending === 'cancelled') known.cancelling ??= this.cancel(known);
    return known?.cancelling;
  }

  /** Resolves when the server has taken it: whatever follows in the worker follows the cancel. */
  private async cancel(known: Case): Promise<void> {
    const subject = this.client.workflow.getHandle(known.cell.subject);
    while (!this.#closing) {
      try {
        await subject.cancel();
        return;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) {
          known.refused = error.message;
          return;
        }
        await sleep(AGAIN_MS);
      }
    }
  }
}

function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message);
}
