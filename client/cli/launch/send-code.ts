import { existsSync, statSync } from 'node:fs';
import { type Selection, selectFiles, type UploadedSnapshot, uploadSnapshot } from '../../../adapters/snapshot';
import { type TrainctlClient, TrainctlError } from '../..';
import type { CommandContext } from '../shared/command';
import { confirm } from '../terminal/ask';
import { bytes, count, duration } from '../terminal/format';
import type { Output } from '../terminal/output';
import { Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';

/** More than this is asked about: it is rarely meant (issue: a data set or a virtual environment in the folder). */
export const ASK_ABOVE_BYTES = 500_000_000;

/** What would be sent of a folder, if anything lies in it. Rules that leave nothing of what is there are a mistake. */
export async function selectAnyCode(dir: string): Promise<Selection | undefined> {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    throw new TrainctlError('usage', `there is no folder ${dir}`, { next: 'name the folder that holds the code' });
  }
  const selection = await selectFiles(dir);
  if (selection.files.length > 0) return selection;
  if (selection.skipped.length === 0 && selection.warnings.length === 0) return undefined;
  throw nothingToSend(dir);
}

/** What would be sent of a folder that has to hold some code. */
export async function selectCode(dir: string): Promise<Selection> {
  const selection = await selectAnyCode(dir);
  if (!selection) throw nothingToSend(dir);
  return selection;
}

function nothingToSend(dir: string): TrainctlError {
  return new TrainctlError('usage', `${dir} holds no file that could be sent`, {
    next: 'check .gitignore and .trainctlignore, or send none: --set code.none=true',
  });
}

/** What is sent, for people: count, size, the largest files sent and the largest left out. */
export function codeLines(selection: Selection, dim: (text: string) => string): string[] {
  const { files, totalBytes, largest, skipped, warnings } = selection;
  const list = (items: { path: string; bytes: number }[]): string =>
    items
      .slice(0, 3)
      .map((file) => `${plain(file.path)} ${bytes(file.bytes)}`)
      .join(', ');
  const lines = [
    `${count(files.length, 'file')}, ${bytes(totalBytes)} from ${plain(selection.dir)}${selection.source === 'git' ? ' (git)' : ''}`,
  ];
  if (largest.length > 0) lines.push(dim(`largest: ${list(largest)}`));
  if (skipped.length > 0) lines.push(dim(`skipped: ${list(skipped)}`));
  return [...lines, ...warnings.map((warning) => `! ${plain(warning)}`)];
}

/** Asks before something very large is sent; in a pipe refuses, whatever --yes says of money. */
export async function confirmSize(selection: Selection): Promise<void> {
  if (selection.totalBytes <= ASK_ABOVE_BYTES) return;
  const size = bytes(selection.totalBytes);
  const next = 'leave files out with .trainctlignore, or move data to S3 and name it in `inputs`';
  if (!(await confirm(`The code is ${size}. Send it all?`, next))) {
    throw new TrainctlError('usage', `the code is ${size}, and was not sent`, { next });
  }
}

/** Sends what the object store does not have yet. */
export async function sendCode(client: TrainctlClient, selection: Selection): Promise<UploadedSnapshot> {
  const { store, settings } = client;
  return uploadSnapshot(selection, store, settings.prefix);
}

/** `14 files, 312 KB sent`, or that nothing had to be. */
export function sentLine(sent: UploadedSnapshot): string {
  const { files, totalBytes } = sent.selection;
  const what = `${count(files.length, 'file')}, ${bytes(totalBytes)}`;
  return sent.uploaded ? `${what} sent` : `${what}, unchanged: nothing sent`;
}

/** Says so on the way, for code that takes a while. */
export function announce(out: Output, selection: Selection): void {
  if (selection.totalBytes > 20_000_000) out.line(out.colors.dim(`  sending ${bytes(selection.totalBytes)} …`));
}

/** Sends the code of a run and says so in a line. Answers with the snapshot's id. */
export async function send({ out }: CommandContext, client: TrainctlClient, selection: Selection): Promise<string> {
  const began = Date.now();
  announce(out, selection);
  const sent = await sendCode(client, selection);
  const line = new Renderer(out).step('done', 'send', sentLine(sent), duration((Date.now() - began) / 1000));
  out.line(line);
  return sent.snapshot;
}
