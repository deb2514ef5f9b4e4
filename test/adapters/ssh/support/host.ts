import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AuthContext, type Connection, Server, utils } from 'ssh2';
import { deriveKeys, type SshTarget } from '../../../../adapters/ssh';
import type { NodeRef } from '../../../../contract';

export const SECRET = Buffer.alloc(32, 7);

export const NODE: NodeRef = {
  workflowId: 'digits',
  runKey: '0123456789abcdef',
  installation: 'test',
  namespaceId: '5f1c8a52-0000-4000-8000-000000000000',
  attempt: 1,
  node: 0,
};

export interface HostOptions {
  /** Another host key than the expected one. */
  hostKey?: string;
  /** Which public key may log in; default the client's. */
  authorized?: string;
  /** Default: any that is free. */
  port?: number;
}

/** An SSH server in this process that really runs what it is told, in a temporary home. */
export async function startHost(options: HostOptions = {}) {
  const keys = deriveKeys(SECRET, NODE);
  const home = mkdtempSync(path.join(tmpdir(), 'trainctl-ssh-'));
  const children = new Set<ChildProcess>();
  const connections = new Set<Connection>();
  const logins: string[] = [];
  const commands: string[] = [];
  const requests: string[] = [];
  const authorized = utils.parseKey(options.authorized ?? keys.client.publicOpenSsh);
  if (authorized instanceof Error) throw authorized;

  const mayLogIn = (context: AuthContext): boolean => {
    logins.push(`${context.method} ${context.username}`);
    if (context.method !== 'publickey' || !context.key.data.equals(authorized.getPublicSSH())) return false;
    return !context.signature || authorized.verify(context.blob ?? Buffer.alloc(0), context.signature) === true;
  };

  const server = new Server({ hostKeys: [options.hostKey ?? keys.host.privateOpenSsh] }, (connection) => {
    connections.add(connection);
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (context) =>
      mayLogIn(context) ? context.accept() : context.reject(['publickey']),
    );
    connection.on('session', (accept) => {
      const session = accept();
      requests.push('session');
      for (const name of ['exec', 'shell', 'sftp', 'pty', 'env', 'subsystem']) {
        session.on(name, () => requests.push(name));
      }
      // ssh2's server is deaf to signals once stdin has ended; OpenSSH is not.
      session.on('eof', () => Object.assign(session, { _ending: false }));
      session.on('exec', (acceptExec, _reject, { command }) => {
        commands.push(command);
        const channel = acceptExec();
        // In the packet that says that it has started, as sshd does when a command is quick.
        const atOnce = /^exit-at-once (\d+)$/.exec(command);
        if (atOnce) {
          channel.exit(Number(atOnce[1]));
          channel.end();
          return;
        }
        const child = spawn('sh', ['-c', command], {
          cwd: home,
          env: { PATH: process.env.PATH, HOME: home },
          detached: true,
        });
        children.add(child);
        session.on('signal', (ok: unknown, _no: unknown, { name }: { name: string }) => {
          if (typeof ok === 'function') ok();
          end(child, `SIG${name.replace(/^SIG/, '')}` as NodeJS.Signals);
        });
        child.stdin.on('error', () => {});
        channel.on('error', () => {});
        channel.pipe(child.stdin);
        child.stdout.pipe(channel, { end: false });
        child.stderr.on('data', (data: Buffer) => channel.stderr.write(data));
        child.on('exit', (code, signal) => {
          if (signal) channel.exit(signal.slice(3));
          else channel.exit(code ?? 0);
        });
        // As OpenSSH does it: the channel ends when all output has ended.
        child.on('close', () => {
          children.delete(child);
          channel.end();
          channel.close();
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target: SshTarget = {
    address: '127.0.0.1',
    port,
    user: 'ubuntu',
    privateKey: keys.client.privateOpenSsh,
    hostKey: keys.host.publicOpenSsh,
  };
  return {
    target,
    home,
    keys,
    logins,
    commands,
    /** What was asked for, of every kind, in order. */
    requests,
    connections,
    children,
    /** Cuts all connections, as a reboot does. */
    cut: () => {
      for (const connection of connections) connection.end();
    },
    close: async (): Promise<void> => {
      for (const child of children) end(child, 'SIGKILL');
      for (const connection of connections) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(home, { recursive: true, force: true, maxRetries: 50, retryDelay: 40 });
    },
  };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Ended already.
  }
}

/** Waits until a condition holds; fails with its last value otherwise. */
export async function until(what: string, holds: () => boolean, seconds = 40): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
