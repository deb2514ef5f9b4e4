import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { runWord, shownId } from '../../../contract';
import { TrainctlError } from '../..';
import type { Output } from './output';

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** A yes-or-no question on the terminal; anything but yes is no. In a pipe it is refused, with what to type instead. */
export async function confirm(question: string, instead: string): Promise<boolean> {
  if (!canAsk()) throw new TrainctlError('usage', `${question} Nobody is there to ask.`, { next: instead });
  const answer = await askLine(`${question} [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}

/** One line from the person; empty at the end of input, and when ctrl-C is the answer. */
async function askLine(prompt: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  // Without these a closed input would leave the question open for good.
  lines.once('SIGINT', () => given.abort());
  lines.once('close', () => given.abort());
  try {
    return await lines.question(prompt, { signal: given.signal });
  } catch {
    return '';
  } finally {
    lines.close();
  }
}

/** One line that is not shown, or all of a pipe. */
export async function askHidden(prompt: string): Promise<Buffer> {
  if (!canAsk()) {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const given = new AbortController();
  lines.once('SIGINT', () => given.abort());
  lines.once('close', () => given.abort());
  try {
    return Buffer.from(await lines.question('', { signal: given.signal }));
  } catch {
    return Buffer.alloc(0);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** What ctrl-C may mean while a run is followed. */
export type Interrupted = 'stop' | 'leave' | 'go-on';

/** Asks what ctrl-C was meant to do. In a pipe the run is left alone, and that is said. */
export async function askInterrupted(
  run: string,
  out: Output,
  words = { follow: `trainctl status ${runWord(run)} --watch`, stop: `trainctl stop ${runWord(run)}` },
): Promise<Interrupted> {
  if (!canAsk()) {
    out.note(`${shownId(run)} goes on without us. Follow it again: ${words.follow} · stop it: ${words.stop}`);
    return 'leave';
  }
  const answer = (await askLine(`\nStop ${shownId(run)}, leave it running, or go on watching? [s/L/w] `))
    .trim()
    .toLowerCase();
  if (answer.startsWith('s')) return 'stop';
  return answer.startsWith('w') ? 'go-on' : 'leave';
}
