import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type {
  AgentAnswer,
  AgentProgress,
  AgentVerb,
  AttachCommand,
  AttachEvent,
  StartRequest,
} from '../../../contract';
import { hostDir } from '../../../contract';
import { agentFile } from '../../support/agent-file';
import { Store } from './store';

const AGENT = agentFile();
export const PYTHON = process.env.TRAINCTL_TEST_PYTHON ?? 'python3';

export interface Answered {
  code: number | null;
  answer: AgentAnswer<never> | undefined;
  progress: AgentProgress[];
  stderr: string;
}

/** Waits until something holds; fails with what it was waiting for. */
export async function until<T>(
  what: string | (() => string),
  probe: () => T | undefined | false | null,
  seconds = 40,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = probe();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > end) throw new Error(`timed out after ${seconds} s: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export function alive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** A connection by the verb `attach`. */
export class Attached {
  readonly events: AttachEvent[] = [];
  readonly closed: Promise<number | null>;
  private stderr = '';

  constructor(private readonly child: ChildProcess) {
    this.closed = new Promise((resolve) => child.on('close', resolve));
    child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data.toString();
    });
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => this.events.push(JSON.parse(line) as AttachEvent));
    }
  }

  send(command: AttachCommand): void {
    this.child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  detach(): Promise<number | null> {
    this.child.stdin?.end();
    return this.closed;
  }

  /** The first event of a type, from the beginning or from `skip` on. */
  next<K extends AttachEvent['t']>(type: K, seconds = 40, skip = 0): Promise<Extract<AttachEvent, { t: K }>> {
    const is = (event: AttachEvent): event is Extract<AttachEvent, { t: K }> => event.t === type;
    return until(
      () => `event ${type}; so far ${JSON.stringify(this.events)}, exit ${this.child.exitCode} ${this.stderr}`,
      () => this.events.slice(skip).find(is),
      seconds,
    );
  }
}

/** A home directory with the agent in it, and the store that it uploads to. Ends whatever it started. */
export class Host {
  readonly home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-agent-'));
  readonly dir = hostDir('key', 1, 0);
  readonly env: Record<string, string> = {};
  readonly store: Store;
  private readonly attached: ChildProcess[] = [];

  constructor() {
    this.store = new Store(path.join(this.home, 'store'));
    mkdirSync(this.path('code'), { recursive: true });
  }

  async open(): Promise<this> {
    await this.store.open();
    return this;
  }

  path(...parts: string[]): string {
    return path.join(this.home, this.dir, ...parts);
  }

  write(file: string, content: string | Buffer, mode?: number): void {
    const full = this.path('code', file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, content, mode === undefined ? {} : { mode });
  }

  spawn(args: string[]): ChildProcess {
    return spawn(PYTHON, [AGENT, ...args], {
      cwd: this.home,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: this.home,
        TRAINCTL_HOST_ROOT: path.join(this.home, 'root'),
        AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1',
        ...this.env,
      },
    });
  }

  /** Runs a verb to its end. */
  async run(verb: AgentVerb, request: unknown, args: string[] = []): Promise<Answered> {
    const child = this.spawn([verb, ...args]);
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout?.on('data', (data: Buffer) => out.push(data));
    child.stderr?.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(JSON.stringify(request));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const lines = Buffer.concat(out).toString().split('\n').filter(Boolean);
    const documents = lines.map((line) => JSON.parse(line) as AgentProgress | AgentAnswer<never>);
    const progress = documents.filter((one): one is AgentProgress => one.t === 'progress');
    const answer = documents.find((one): one is AgentAnswer<never> => one.t !== 'progress');
    return { code, answer, progress, stderr };
  }

  /** Runs a verb that must succeed. */
  async ok<R>(verb: AgentVerb, request: unknown): Promise<R> {
    const { answer, stderr } = await this.run(verb, request);
    if (answer?.t !== 'result') throw new Error(`${verb}: ${JSON.stringify(answer)} ${stderr}`);
    return answer.result;
  }

  /** Runs a verb that must answer with an error. */
  async fails(verb: AgentVerb, request: unknown): Promise<{ code: string; message: string; tail?: string }> {
    const { answer, code } = await this.run(verb, request);
    if (answer?.t !== 'error' || code !== 1) throw new Error(`${verb} did not fail: ${JSON.stringify(answer)}`);
    return answer;
  }

  request(command: string | string[], more: Partial<StartRequest> = {}): StartRequest {
    return {
      dir: this.dir,
      run: 'digits-1',
      runKey: 'key',
      attempt: 1,
      node: 0,
      command,
      env: {},
      secrets: {},
      checkpoints: { dir: 'checkpoints', everySeconds: 3600, graceSeconds: 10, signal: null },
      resumedFromStep: null,
      outputs: [{ from: 'outputs' }],
      grants: this.store.grants(),
      leaseSeconds: 600,
      leaseUntil: Math.floor(Date.now() / 1000) + 600,
      noticeReserveSeconds: 5,
      ...more,
    };
  }

  attach(epoch = 1): Attached {
    const child = this.spawn(['attach', '--dir', this.dir, '--epoch', String(epoch)]);
    this.attached.push(child);
    child.stdin?.on('error', () => undefined);
    return new Attached(child);
  }

  /** Starts and stays attached. */
  async start(command: string | string[], more: Partial<StartRequest> = {}, epoch = 1): Promise<Attached> {
    await this.ok('start', this.request(command, more));
    return this.attach(epoch);
  }

  /** The log as a reader joins it: at each offset the segment that reaches farthest. */
  joined(folder = 'log'): Buffer {
    const prefix = `runs/key/a/1/0/${folder}/`;
    const names = this.store.keys(prefix).map((key) => key.slice(prefix.length));
    const pieces: Buffer[] = [];
    let at = 0;
    for (;;) {
      const next = names.filter((name) => Number(name.slice(0, 16)) === at).sort();
      const name = next[next.length - 1];
      if (!name) return Buffer.concat(pieces);
      pieces.push(this.store.read(prefix + name));
      at = Number(name.slice(17));
    }
  }

  daemon(): { pid: number; training: number } | undefined {
    try {
      return JSON.parse(readFileSync(this.path('state/agent.json'), 'utf8')) as { pid: number; training: number };
    } catch {
      return undefined;
    }
  }

  async close(): Promise<void> {
    for (const child of this.attached) child.kill('SIGKILL');
    const daemon = this.daemon();
    if (daemon && alive(daemon.pid)) {
      await this.run('stop', { dir: this.dir, mode: 'now', graceSeconds: 0 });
      // A daemon that is killed before it has obeyed leaves the training to itself, for ever.
      await until('the training to end', () => !alive(daemon.training));
      try {
        process.kill(daemon.pid, 'SIGKILL');
      } catch {
        // Ended already.
      }
      await until('the daemon to end', () => !alive(daemon.pid));
    }
    await this.store.close();
    // What was killed, or is another node's, may still be writing.
    await rm(this.home, { recursive: true, force: true, maxRetries: 50, retryDelay: 40 });
  }
}
