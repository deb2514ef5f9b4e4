import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { messageOf } from '../../../failures';
import { randomHostKey } from '../keys';
import { reset } from '../reset';
import type { SshServer } from '../server';
import { sshdConfig } from './config';
import { AS_LOGIN } from './program';

export interface OpenSshHost {
  readonly environment: Record<string, string>;
  /** What to put before a command so that it runs in the present boot. @throws Error when the machine is off. */
  enter(): Promise<string[]>;
}

/**
 * OpenSSH's own server, one `sshd -i` a connection within the host's namespaces: it gets the TCP connection itself, and ends
 * with the host.
 */
export class OpenSshServer implements SshServer {
  private readonly written = new Map<string, string>();
  private hostKey: string | undefined;
  private authorized = '';

  /** @param folder - for its configuration and log; made when somebody first connects. */
  constructor(
    private readonly host: OpenSshHost,
    private readonly sshd: string,
    private readonly folder: string,
  ) {}

  setHostKey(pem: string): void {
    this.hostKey = pem;
  }

  authorize(lines: readonly string[]): void {
    this.authorized = `${lines.join('\n')}\n`;
  }

  serve(socket: Socket, gone: () => void): () => void {
    let cut = false;
    let running: ChildProcess | undefined;
    this.host
      .enter()
      .then((enter) => {
        if (cut) return;
        running = this.start(enter, socket);
        running.once('exit', gone).once('error', gone);
      })
      .catch((error: unknown) => {
        gone();
        if (!cut) console.error(`no sshd for ${socket.localAddress}: ${messageOf(error)}`);
      })
      // The connection is sshd's own by now.
      .finally(() => socket.destroy());
    return () => {
      cut = true;
      reset(socket);
      if (running) end(running);
    };
  }

  private start(enter: readonly string[], socket: Socket): ChildProcess {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.hostKey ??= randomHostKey();
    const hostKey = this.write('host_key', this.hostKey);
    const authorizedKeys = this.write('authorized_keys', this.authorized);
    const config = this.write('sshd_config', sshdConfig({ hostKey, authorizedKeys }, this.host.environment));
    const [program = '', ...args] = [...enter, ...AS_LOGIN, this.sshd, '-i', '-e', '-f', config];
    const log = openSync(path.join(this.folder, 'sshd.log'), 'a', 0o600);
    try {
      return spawn(program, args, {
        stdio: [socket, socket, log],
        env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
        cwd: '/',
        // A process group of its own: sshd stays in it, what it starts does not.
        detached: true,
      });
    } finally {
      closeSync(log);
    }
  }

  /** Writes a file if it has changed, whole at any moment: another connection may just be reading it. */
  private write(name: string, content: string): string {
    const file = path.join(this.folder, name);
    if (this.written.get(name) !== content) {
      writeFileSync(`${file}.new`, content, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      this.written.set(name, content);
    }
    return file;
  }
}

function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
