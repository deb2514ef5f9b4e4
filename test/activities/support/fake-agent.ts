import { createInterface } from 'node:readline';
import { PassThrough, type Writable } from 'node:stream';
import type { ExecOptions, ExecResult, HostProcess, HostSession, SessionPool } from '../../../adapters/ssh';
import type { AgentVerb, AttachCommand, AttachEvent } from '../../../contract';
import { until } from './until';

type Answer = object | { t: 'error'; code: string; message: string; tail?: string };

/** One `attach` that the product has opened. */
export class Attachment {
  readonly commands: AttachCommand[] = [];
  detached = false;
  private readonly out = new PassThrough();
  private end: (value: { code: number | null; stderr: string }) => void = () => {};
  readonly process: HostProcess;

  constructor(readonly epoch: number) {
    const stdin = new PassThrough();
    createInterface({ input: stdin }).on('line', (line) => this.commands.push(JSON.parse(line)));
    stdin.on('finish', () => {
      this.detached = true;
      this.close(0);
    });
    this.process = {
      stdin: stdin as Writable,
      lines: createInterface({ input: this.out }),
      closed: new Promise((resolve) => {
        this.end = resolve;
      }),
      kill: () => this.close(null),
    };
  }

  say(event: AttachEvent): void {
    this.out.write(`${JSON.stringify(event)}\n`);
  }
  hello(phase: 'training' | 'final' = 'training'): void {
    this.say({ t: 'hello', epoch: this.epoch, phase, logBytes: 10, logUploaded: 10, step: 1, final: null });
  }
  /** `null`: the connection is lost. */
  close(code: number | null): void {
    this.out.end();
    this.end({ code, stderr: '' });
  }
}

/** A host behind SSH as the activities see it: it answers the agent's verbs, and its connection may be cut. */
export class FakeAgent implements SessionPool {
  readonly calls: { verb: AgentVerb; request: Record<string, unknown> }[] = [];
  readonly attachments: Attachment[] = [];
  readonly addresses: string[] = [];
  /** Leases that were written on the host, in seconds from then. */
  readonly leases: number[] = [];
  answers: Partial<Record<AgentVerb, (request: Record<string, unknown>) => Answer | Promise<Answer>>> = {};
  /** What calls of the agent meet in its place, one after another: nothing, or another file. Then the agent. */
  readonly inItsPlace: ('nothing' | 'another')[] = [];
  /** Files that were put on the host. */
  readonly placed: string[] = [];
  /** Thrown by whoever connects; undefined: the host answers. */
  down: Error | undefined;
  onAttach: (attachment: Attachment) => void = (attachment) => attachment.hello();

  async use<T>(host: { address: string }, work: (session: HostSession) => Promise<T>): Promise<T> {
    this.addresses.push(host.address);
    if (this.down) throw this.down;
    return work(this.session());
  }
  drop(): void {}
  close(): void {}

  /** Resolves with attachment number `n`, counted from 0, once it is there. */
  async attached(n: number): Promise<Attachment> {
    await until(() => this.attachments.length > n);
    const found = this.attachments[n];
    if (!found) throw new Error(`attachment ${n} went away`);
    return found;
  }

  private session(): HostSession {
    return {
      target: { address: '127.0.0.1', port: 22, user: 'ubuntu' },
      exec: (command, options) => this.exec(command, options),
      spawn: async (command) => {
        const attachment = new Attachment(Number(/--epoch'? '?(\d+)/.exec(command)?.[1]));
        const met = this.inItsPlace.shift();
        if (met) attachment.close(met === 'another' ? 98 : 97);
        if (met) return attachment.process;
        // Its first words come before those of a test that waits for it.
        setImmediate(() => {
          this.onAttach(attachment);
          this.attachments.push(attachment);
        });
        return attachment.process;
      },
      putFile: async (_content, path) => void this.placed.push(path),
      closed: new Promise(() => {}),
      close: () => {},
    };
  }

  private async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    // The comparison alone, before the agent is put in its place.
    if (/^f=/.test(command) && !command.includes('exec python3')) return { code: 97, stdout: '', stderr: '' };
    const lease = /^umask 022; .*?date \+%s\) \+ (\d+)/.exec(command)?.[1];
    if (lease !== undefined) {
      this.leases.push(Number(lease));
      return { code: 0, stdout: '', stderr: '' };
    }
    const verb = (/\.pyz'? '?(\w+)/.exec(command)?.[1] ?? '') as AgentVerb;
    const met = this.inItsPlace.shift();
    if (met) return { code: met === 'another' ? 98 : 97, stdout: '', stderr: '' };
    const request = JSON.parse(String(options.stdin ?? '{}')) as Record<string, unknown>;
    this.calls.push({ verb, request });
    const work = Promise.resolve(this.answers[verb]?.(request) ?? {});
    const aborted = new Promise<never>((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
    });
    const answer = await Promise.race([work, aborted]);
    const failed = 't' in answer && answer.t === 'error';
    options.onLine?.(JSON.stringify(failed ? answer : { t: 'result', result: answer }));
    return { code: failed ? 1 : 0, stdout: '', stderr: '' };
  }
}
