import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Confinement } from './confinement';

export interface InitOptions {
  /** Put before it all: what leads into the network that the host is in; empty where that is this process's own. */
  enter: readonly string[];
  confinement: Confinement;
  /** The program that `host_init/` is, run by its folder. */
  initFolder: string;
  /** Unix socket on which it takes orders; at most 100 bytes long. */
  socketPath: string;
  fifoPath: string;
  shimPath: string;
  /** Files of the machine that the host sees another file in place of; only in a namespace. */
  covers: readonly Cover[];
  /** In the environment of everything that it starts. */
  marker: string;
  /** The host asked for `poweroff` or `reboot`. */
  onPower(what: string): void;
  /** It ended without having been asked to. */
  onLost(): void;
}

export interface Cover {
  cover: string;
  file: string;
}

export interface ExecRequest {
  argv: string[];
  env: Record<string, string>;
  cwd: string;
  /** Rows and columns of the terminal to run it on. */
  pty?: [number, number];
}

export type ExecEnd = { code: number } | { signal: string } | { error: string };

export interface RunningExec {
  stdin: Socket;
  stdout: Socket;
  stderr: Socket;
  /** Resolves when the process has ended; its output may still be held open by others. */
  ended: Promise<ExecEnd>;
  signal(name: string): void;
  resize(rows: number, columns: number): void;
}

/** One boot of one host: starts processes in it, and ends all of them at once. */
export class InitProcess {
  private ending = false;
  private readonly closed: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: InitOptions,
  ) {
    this.closed = new Promise((resolve) => {
      child.once('exit', () => {
        resolve();
        if (!this.ending) options.onLost();
      });
      // It could not be started at all: whoever waits for it is told by start().
      child.once('error', () => resolve());
    });
  }

  static async start(options: InitOptions): Promise<InitProcess> {
    const { confinement, initFolder, socketPath, fifoPath, marker, shimPath, covers } = options;
    const command = [...options.enter, ...confinement.prefix, confinement.python, '-I', '-S', initFolder];
    const [program = '', ...args] = [...command, socketPath, fifoPath, confinement.mode, marker, shimPath];
    args.push(...covers.flatMap(({ cover, file }) => [cover, file]));
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', [MARKER_NAME]: marker },
      cwd: '/',
    });
    const init = new InitProcess(child, options);
    child.stdin?.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`its first process ended at once (${code ?? signal})`)));
      if (!child.stdout) return;
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event: unknown = JSON.parse(line);
        if (typeof event !== 'object' || event === null || !('event' in event)) return;
        if (event.event === 'ready') resolve();
        if (event.event === 'power' && 'what' in event) options.onPower(String(event.what));
      });
    });
    return init;
  }

  /** Starts a process whose standard streams are ours. */
  exec(request: ExecRequest): RunningExec {
    const id = randomBytes(8).toString('hex');
    const [stdin, stdout, stderr] = [0, 1, 2].map((stream) => this.dial(`S${id}${stream}`, stream === 0));
    if (!stdin || !stdout || !stderr) throw new Error('unreachable');
    return { stdin, stdout, stderr, ...this.control(id, { ...request, log: null, pty: request.pty ?? null }) };
  }

  /** Runs a process with its output appended to a file, and nothing to read. */
  async run(request: ExecRequest, logPath: string): Promise<ExecEnd> {
    return this.control(randomBytes(8).toString('hex'), { ...request, log: logPath, pty: null }).ended;
  }

  /** What to put before a command so that it runs in this boot's namespaces, and ends with them. */
  enter(): string[] {
    const { mode, prefix } = this.options.confinement;
    if (mode !== 'namespace') throw new Error('only namespaces can be entered');
    const at = `/proc/${this.child.pid}/ns`;
    // The pid namespace is that of its children: `unshare --fork` stays outside itself.
    const user = prefix.includes('--user') ? [`--user=${at}/user`, '--preserve-credentials'] : [];
    const net = this.options.enter.length > 0 ? [`--net=${at}/net`] : [];
    return ['nsenter', ...user, ...net, `--mount=${at}/mnt`, `--pid=${at}/pid_for_children`, '--'];
  }

  /** Ends everything that runs on the host. Resolves when the last process is gone. */
  async end(): Promise<void> {
    this.ending = true;
    this.child.stdin?.end();
    const impatient = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.closed;
    clearTimeout(impatient);
  }

  /** Command lines of the processes of this boot, the first process left out; empty where no namespace tells them apart. */
  async processes(): Promise<string[]> {
    if (this.options.confinement.mode !== 'namespace') return [];
    const ps = this.exec({
      argv: ['ps', '-axww', '-o', 'pid=,args='],
      env: { PATH: process.env.PATH ?? '' },
      cwd: '/',
    });
    ps.stdin.end();
    ps.stderr.resume();
    const lines = (await text(ps.stdout)).split('\n').map((line) => line.trim());
    return lines.filter((line) => line !== '' && !line.startsWith('1 ') && !line.includes('ps -axww'));
  }

  private dial(header: string, ours: boolean): Socket {
    const socket = connect({ path: this.options.socketPath, allowHalfOpen: ours });
    // A process that stops reading, or a host that ends, is no error of ours.
    socket.on('error', () => undefined);
    socket.write(header);
    return socket;
  }

  private control(id: string, request: object): Pick<RunningExec, 'ended' | 'signal' | 'resize'> {
    const socket = this.dial(`${JSON.stringify({ id, ...request })}\n`, true);
    const send = (message: object) => {
      if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    };
    const ended = new Promise<ExecEnd>((resolve) => {
      createInterface({ input: socket })
        .on('line', (line) => {
          const answer: Record<string, unknown> = JSON.parse(line);
          if (typeof answer.exit === 'number') resolve({ code: answer.exit });
          else if (typeof answer.killed === 'string') resolve({ signal: answer.killed });
          else if (typeof answer.error === 'string') resolve({ error: answer.error });
        })
        .on('error', () => undefined);
      socket.on('close', () => resolve({ signal: 'KILL' }));
      socket.on('end', () => socket.end());
    });
    return {
      ended,
      signal: (name) => send({ signal: name }),
      resize: (rows, columns) => send({ size: [rows, columns] }),
    };
  }
}

/** Environment variable that marks what a host started, for machines where nothing better tells it. */
export const MARKER_NAME = 'TRAINCTL_LOCAL_HOST';
