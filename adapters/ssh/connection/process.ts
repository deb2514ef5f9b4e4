import type { Writable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import type { HostProcess } from '../types';
import { endCommand } from './end-command';
import { LineReader } from './lines';
import { Tail } from './tail';
import { Throttle } from './throttle';

const STDERR_BYTES = 64 * 1024;
/** Lines that may wait for the reader before the host is told to pause. */
const WAITING_LINES = 1000;
/** An agent says some KiB a second at most. One that says more is read more slowly: those of other runs are read beside it. Bytes. */
const PACE = { burst: 8 * 1024 * 1024, perSecond: 1024 * 1024 };

/**
 * Starts a command that stays, for days if it must. By ssh2 itself: node-ssh holds all that a command ever writes, and reads on
 * when the reader is slow.
 */
export function startCommand(client: Client, command: string): Promise<HostProcess> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(new HostCommand(channel))));
  });
}

/** A command that stays, read line by line; a slow reader slows the host down instead of filling memory. */
class HostCommand implements HostProcess {
  readonly stdin: Writable;
  readonly closed: Promise<{ code: number | null; signal?: string; stderr: string }>;
  readonly lines: AsyncIterable<string>;
  readonly #waiting: string[] = [];
  readonly #throttle = new Throttle(PACE.burst, PACE.perSecond);
  #held = false;
  #ended = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  constructor(private readonly channel: ClientChannel) {
    this.stdin = channel;
    this.lines = this.#read();
    const stderr = new Tail(STDERR_BYTES);
    const reader = new LineReader((line) => {
      this.#waiting.push(line);
      if (this.#waiting.length >= WAITING_LINES) channel.pause();
      this.#wake?.();
    });
    channel.on('data', (data: Buffer) => {
      this.#guard(() => reader.add(data));
      this.#slowDown(this.#throttle.take(data.length, performance.now()));
    });
    channel.stderr.on('data', (data: Buffer) => stderr.add(data));
    channel.on('error', () => {}); // `close` follows
    this.closed = new Promise((resolve) => {
      // Not at `exit`: what the command has written may still be on its way. Neither code nor signal: the connection has ended.
      channel.on('close', (code: number | null = null, signal?: string) => {
        this.#guard(() => reader.end());
        this.#ended = true;
        this.#wake?.();
        resolve({ code, ...(signal ? { signal } : {}), stderr: stderr.toString() });
      });
    });
  }

  kill(): void {
    endCommand(this.channel);
  }

  #slowDown(milliseconds: number): void {
    if (milliseconds === 0 || this.#held) return;
    this.#held = true;
    this.channel.pause();
    setTimeout(() => {
      this.#held = false;
      if (this.#waiting.length < WAITING_LINES) this.channel.resume();
    }, milliseconds);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??= error;
      this.kill();
    }
  }

  async *#read(): AsyncGenerator<string> {
    for (;;) {
      const line = this.#waiting.shift();
      if (line !== undefined) {
        if (this.#waiting.length === 0 && !this.#held && this.channel.isPaused()) this.channel.resume();
        yield line;
      } else if (this.#failure !== undefined) {
        throw this.#failure;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}
