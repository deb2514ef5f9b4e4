import type { NodeSSH } from 'node-ssh';
import type { ClientChannel } from 'ssh2';
import { TooMuchOutputError } from '../errors';
import type { ExecOptions, ExecResult } from '../types';
import { untilAborted } from '../until-aborted';
import { endCommand } from './end-command';
import { LineReader } from './lines';
import { shown } from './shown';

const MIB = 1024 * 1024;
/** Of stdout and of stderr, how much an answer keeps. */
const OUTPUT_BYTES = MIB;
/**
 * node-ssh holds all that a command writes until it ends, lines that `onLine` got as well: one that never stops writing must not
 * fill this process. No verb of the agent comes near that: it says two lines of some hundred bytes a second at most, however
 * much the tool below it writes, so an install may go on for a day.
 */
const MAX_WRITTEN_MIB = 64;

/** Runs a command and waits for its end, or ends it when the signal, an error of `onLine` or too much output says so. */
export async function runToEnd(
  ssh: NodeSSH,
  command: string,
  options: ExecOptions,
  lost: (when: 'before' | 'during', cause?: unknown) => Error,
): Promise<ExecResult> {
  const cut = new AbortController();
  const onAbort = (): void => cut.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const reader = new LineReader(options.onLine ?? (() => {}));
  let written = 0;
  const count = (data: Buffer): void => {
    written += data.length;
    if (written > MAX_WRITTEN_MIB * MIB) cut.abort(new TooMuchOutputError(shown(command), MAX_WRITTEN_MIB));
  };
  const running = ssh.execCommand(command, {
    // Byte for byte: node-ssh makes text of each chunk by itself, and a character may lie across two.
    encoding: 'latin1',
    noTrim: true,
    onChannel: (channel) => {
      endWhenCut(channel, cut.signal);
      // By ourselves: node-ssh takes text or a stream. That it ends the channel again changes nothing.
      if (options.stdin !== undefined) channel.end(options.stdin);
    },
    onStdout: (data) => {
      count(data);
      if (!options.onLine || cut.signal.aborted) return;
      try {
        reader.add(data);
      } catch (error) {
        cut.abort(error);
      }
    },
    onStderr: count,
  });
  try {
    const cause = (error: unknown): Promise<never> => Promise.reject(lost('before', error));
    const { code, signal, stdout, stderr } = await untilAborted(running.catch(cause), cut.signal);
    if (code === null && signal === null) throw lost('during');
    reader.end();
    return {
      code,
      ...(signal === null ? {} : { signal }),
      stdout: options.onLine ? '' : lastOf(stdout),
      stderr: lastOf(stderr),
    };
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** Also when nobody waits for it any more at its start: it must not run unseen. */
function endWhenCut(channel: ClientChannel, cut: AbortSignal): void {
  channel.on('error', () => {}); // `close` follows
  const end = (): void => endCommand(channel);
  if (cut.aborted) end();
  cut.addEventListener('abort', end, { once: true });
}

const lastOf = (bytes: string): string => Buffer.from(bytes, 'latin1').subarray(-OUTPUT_BYTES).toString('utf8');
