import type { Client, ClientChannel } from 'ssh2';
import { endCommand } from './end-command';
import { ConnectionLostError } from './errors';
import { runToEnd } from './exec';
import { HostCommand } from './process';
import { putFile } from './put-file';
import type { ExecOptions, ExecResult, HostProcess, HostSession } from './types';

/** One logged-in connection. */
export class Session implements HostSession {
  readonly closed: Promise<string>;
  #lost: string | undefined;

  constructor(
    private readonly client: Client,
    readonly target: { address: string; port: number; user: string },
  ) {
    this.closed = new Promise((resolve) => {
      let why = 'the connection was closed';
      client.on('error', (error) => {
        why = error.message;
      });
      client.on('close', () => {
        this.#lost ??= why;
        resolve(this.#lost);
      });
    });
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    options.signal?.throwIfAborted();
    const channel = await this.#open(command, options.signal);
    return runToEnd(channel, options, {
      command: shown(command),
      lost: () =>
        new ConnectionLostError(`${this.#where()} (${this.#lost ?? 'no exit status'}) during: ${shown(command)}`),
    });
  }

  async spawn(command: string): Promise<HostProcess> {
    return new HostCommand(await this.#open(command));
  }

  putFile(content: Buffer, path: string, mode: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return putFile(this, content, path, mode, options.signal);
  }

  close(): void {
    this.#lost ??= 'closed by us';
    // `end` waits for the server's word; a server that is gone never gives it.
    this.client.end();
    const timer = setTimeout(() => this.client.destroy(), 1000);
    this.client.once('close', () => clearTimeout(timer));
  }

  #open(command: string, signal?: AbortSignal): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      const settle = (give: () => void): void => {
        this.client.removeListener('close', onClose);
        signal?.removeEventListener('abort', onAbort);
        give();
      };
      const lost = (why: string, cause?: unknown): void =>
        reject(new ConnectionLostError(`${this.#where()} (${why}) before: ${shown(command)}`, { cause }));
      const onClose = (): void => settle(() => lost(this.#lost ?? 'closed'));
      const onAbort = (): void => settle(() => reject(signal?.reason));
      if (this.#lost !== undefined) {
        lost(this.#lost);
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.client.once('close', onClose);
      try {
        this.client.exec(command, (error, channel) => {
          if (error) return settle(() => lost(error.message, error));
          // Nobody waits for it any more; it must not run unseen.
          if (signal?.aborted) endCommand(channel);
          settle(() => resolve(channel));
        });
      } catch (error) {
        settle(() => lost('not connected', error));
      }
    });
  }

  #where(): string {
    return `the SSH connection to ${this.target.address}:${this.target.port} ended`;
  }
}

const shown = (command: string): string => (command.length > 80 ? `${command.slice(0, 79)}…` : command);
