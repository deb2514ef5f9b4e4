import type { ClientChannel } from 'ssh2';
import { endOf } from './channel-end';
import { endCommand } from './end-command';
import { CommandTimeoutError } from './errors';
import { LineReader, Tail } from './lines';
import type { ExecOptions, ExecResult } from './types';

/** Of stdout and of stderr, how much an answer keeps. */
const OUTPUT_BYTES = 1024 * 1024;

/** Feeds a started command and waits for its end, or ends it when the signal or the time says so. */
export function runToEnd(
  channel: ClientChannel,
  options: ExecOptions,
  about: { command: string; lost: () => Error },
): Promise<ExecResult> {
  const stdout = new Tail(OUTPUT_BYTES);
  const stderr = new Tail(OUTPUT_BYTES);
  const reader = new LineReader(options.onLine ?? (() => {}));
  return new Promise<{ code: number | null; signal?: string }>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const settle = (give: () => void): void => {
      over = true;
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      give();
    };
    const stop = (error: unknown): void => {
      settle(() => reject(error));
      endCommand(channel);
    };
    const guard = (work: () => void): boolean => {
      try {
        work();
        return true;
      } catch (error) {
        stop(error);
        return false;
      }
    };
    const onAbort = (): void => stop(options.signal?.reason);
    if (options.timeoutSeconds !== undefined) {
      const late = `no end within ${options.timeoutSeconds} s: ${about.command}`;
      timer = setTimeout(() => stop(new CommandTimeoutError(late)), options.timeoutSeconds * 1000);
    }
    options.signal?.addEventListener('abort', onAbort, { once: true });
    channel.on('data', (data: Buffer) => {
      if (over) return;
      if (options.onLine) guard(() => reader.add(data));
      else stdout.add(data);
    });
    channel.stderr.on('data', (data: Buffer) => stderr.add(data));
    channel.on('error', () => {}); // `close` follows
    // Not at `exit`: what the command has written may still be on its way.
    channel.on('close', (code?: number | null, signal?: string) => {
      const end = endOf(code, signal);
      if (!end) settle(() => reject(about.lost()));
      else if (guard(() => reader.end())) settle(() => resolve(end));
    });
    if (options.signal?.aborted) onAbort();
    else channel.end(options.stdin);
  }).then((end) => ({ ...end, stdout: stdout.toString(), stderr: stderr.toString() }));
}
