import type { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import { ConnectionLostError } from '../errors';
import type { ExecOptions, ExecResult, HostProcess, HostSession } from '../types';
import { runToEnd } from './exec';
import { startCommand } from './process';
import { putFile } from './put-file';
import { shown } from './shown';

/** One connection, logged in or about to be. */
export class Session implements HostSession {
  readonly closed: Promise<string>;
  readonly #client: Client;
  #lost: string | undefined;

  /** @param ssh after its `connect` was called */
  constructor(
    private readonly ssh: NodeSSH,
    readonly target: { address: string; port: number; user: string },
  ) {
    this.#client = ssh.connection as Client;
    this.closed = new Promise((resolve) => {
      let why = 'the connection was closed';
      this.#client.on('error', (error) => {
        why = error.message;
      });
      this.#client.on('close', () => {
        this.#lost ??= why;
        resolve(this.#lost);
      });
    });
    this.#client.on('ready', () => this.#client.setNoDelay(true));
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    options.signal?.throwIfAborted();
    return runToEnd(this.ssh, command, options, (when, cause) => this.#lostError(when, command, cause));
  }

  async spawn(command: string): Promise<HostProcess> {
    return startCommand(this.#client, command).catch((cause: unknown) => {
      throw this.#lostError('before', command, cause);
    });
  }

  putFile(content: Buffer, path: string, mode: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return putFile(this, content, path, mode, options.signal);
  }

  close(): void {
    this.#lost ??= 'closed by us';
    // This waits for the server's word; a server that is gone never gives it.
    this.ssh.dispose();
    const timer = setTimeout(() => this.abandon(), 1000);
    this.#client.once('close', () => clearTimeout(timer));
  }

  /** Ends the connection without a word to the server. */
  abandon(): void {
    this.#client.destroy();
  }

  #lostError(when: 'before' | 'during', command: string, cause?: unknown): ConnectionLostError {
    const { address, port } = this.target;
    const why = this.#lost ?? (cause instanceof Error ? cause.message : 'no exit status');
    return new ConnectionLostError(
      `the SSH connection to ${address}:${port} ended (${why}) ${when}: ${shown(command)}`,
      {
        cause,
      },
    );
  }
}
