import { finished } from 'node:stream';
import type { ServerChannel, Session } from 'ssh2';
import { messageOf } from '../../failures';
import type { ExecRequest, RunningExec } from '../init-process';
import { serveSftp } from './sftp';

/** What a session needs of the host that it is on. */
export interface SessionHost {
  readonly address: string;
  readonly port: number;
  readonly home: string;
  readonly environment: Record<string, string>;
  /** Resolves when its folders are there. */
  ready(): Promise<void>;
  exec(request: ExecRequest): Promise<RunningExec>;
}

/** The variables that sshd takes from clients by default. */
const ACCEPTED_ENVIRONMENT = /^(LANG|LC_[A-Z]+)$/;

/** Serves one session channel: a command, a shell or SFTP. */
export function serveSession(session: Session, host: SessionHost, connection: Record<string, string>): void {
  const environment: Record<string, string> = { ...host.environment, ...connection };
  let pty: [number, number] | undefined;
  let running: RunningExec | undefined;

  // A client that has closed its side of the channel may still send signals (RFC 4254, 5.3): ssh2 refuses every request
  // after EOF, so that a command whose stdin has ended could not be killed.
  session.on('eof', () => {
    (session as { _ending?: boolean })._ending = false;
  });
  session.on('pty', (accept, _reject, info) => {
    pty = [info.rows || 24, info.cols || 80];
    environment.TERM = ('term' in info && typeof info.term === 'string' && info.term) || 'xterm';
    accept?.();
  });
  session.on('window-change', (accept, _reject, info) => {
    running?.resize(info.rows, info.cols);
    accept?.();
  });
  session.on('env', (accept, reject, info) => {
    if (!ACCEPTED_ENVIRONMENT.test(info.key)) {
      reject?.();
      return;
    }
    environment[info.key] = info.val;
    accept?.();
  });
  session.on('signal', (accept, _reject, info) => {
    running?.signal(info.name.replace(/^SIG/, ''));
    accept?.();
  });
  const begin = (accept: () => ServerChannel, argv: string[]) => {
    const channel = accept();
    host.exec({ argv, env: environment, cwd: host.home, ...(pty ? { pty } : {}) }).then(
      (exec) => {
        running = exec;
        join(channel, exec);
      },
      (error: unknown) => {
        channel.stderr.write(`${messageOf(error)}\n`);
        channel.exit(255);
        channel.end();
      },
    );
  };
  session.on('exec', (accept, _reject, info) => begin(accept, ['/bin/bash', '-c', info.command]));
  session.on('shell', (accept) => begin(accept, ['/bin/bash', '-l']));
  session.on('sftp', (accept, reject) => {
    host.ready().then(
      () => serveSftp(accept(), host.home),
      () => reject(),
    );
  });
}

/**
 * Joins a channel to a process as sshd does: the exit status goes out when the process ends, the channel closes when
 * nobody holds its output open any more, and a client that goes away leaves the process running.
 */
function join(channel: ServerChannel, exec: RunningExec): void {
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  channel.pipe(exec.stdin);
  exec.stdout.pipe(channel, { end: false });
  exec.stderr.pipe(channel.stderr, { end: false });
  let gone = false;
  const said = exec.ended.then((end) => {
    if (gone) return;
    if ('code' in end) channel.exit(end.code);
    else if ('signal' in end) channel.exit(end.signal, false, '');
    else {
      channel.stderr.write(`${end.error}\n`);
      channel.exit(255);
    }
  });
  const drained = [exec.stdout, exec.stderr].map(
    (stream) => new Promise<void>((resolve) => finished(stream, () => resolve())),
  );
  void Promise.all([said, ...drained]).then(() => {
    if (gone) return;
    channel.stderr.end(() => channel.end());
  });
  channel.on('close', () => {
    gone = true;
    for (const socket of [exec.stdin, exec.stdout, exec.stderr]) socket.destroy();
  });
}
