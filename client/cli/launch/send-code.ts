import { existsSync, statSync } from 'node:fs';
import {
  type Selection,
  selectFiles,
  shownName,
  type UploadedSnapshot,
  uploadSnapshot,
} from '../../../adapters/snapshot';
import { type TrainctlClient, TrainctlError } from '../..';
import type { CommandContext } from '../shared/command';
import { confirm } from '../terminal/ask';
import { bytes, count, duration } from '../terminal/format';
import type { Output } from '../terminal/output';
import { Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';
import { isHomeOrRoot } from './code-folder';
import type { SentCode } from './launch-input';

/** More than this is asked about: it is rarely meant (issue: a data set or a virtual environment in the folder). */
const ASK_ABOVE_BYTES = 500_000_000;

/** How many names of credentials are said, at most. */
const SAID = 10;

/**
 * What would be sent of a folder, if anything lies in it. Rules that leave nothing of what is there are a mistake, and so,
 * most often, is a home or a root: without `yes` that is asked about. `results`: folders that the run's outputs come from.
 */
export async function selectAnyCode(
  dir: string,
  yes = false,
  results: readonly string[] = [],
): Promise<Selection | undefined> {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    throw new TrainctlError('usage', `there is no folder ${dir}`, { next: 'name the folder that holds the code' });
  }
  if (!yes) await confirmFolder(dir);
  const selection = await selectFiles(dir, { results });
  if (selection.files.length > 0 || selection.folders.length > 0) return selection;
  if (selection.skipped.length === 0 && selection.warnings.length === 0) return undefined;
  throw nothingToSend(dir, selection.credentials);
}

/** What would be sent of a folder that has to hold some code. */
export async function selectCode(dir: string, yes = false): Promise<Selection> {
  const selection = await selectAnyCode(dir, yes);
  if (!selection) throw nothingToSend(dir);
  return selection;
}

async function confirmFolder(dir: string): Promise<void> {
  if (!isHomeOrRoot(dir)) return;
  const next = 'name the folder of the project, send no code (--set code.none=true), or mean it: --yes';
  const what = `${shownName(dir)} is a home or a root, not a project`;
  if (!(await confirm(`${what}. Send all that lies in it?`, next))) {
    throw new TrainctlError('usage', `${what}: it was not sent`, { next });
  }
}

function nothingToSend(dir: string, credentials: string[] = []): TrainctlError {
  const but =
    credentials.length === 0 ? '' : `, but for credentials: ${credentials.slice(0, SAID).map(shownName).join(', ')}`;
  return new TrainctlError('usage', `${shownName(dir)} holds no file that could be sent${but}`, {
    next: 'check .gitignore and .trainctlignore, or send none: --set code.none=true',
  });
}

/** What is sent, for people: count, size, the largest files sent and the largest left out, credentials by name. */
export function codeLines(selection: Selection, dim: (text: string) => string): string[] {
  const { files, totalBytes, largest, skipped, warnings } = selection;
  const list = (items: { path: string; bytes: number }[]): string =>
    items
      .slice(0, 3)
      .map((file) => `${shownName(file.path)} ${bytes(file.bytes)}`)
      .join(', ');
  const lines = [
    `${count(files.length, 'file')}, ${bytes(totalBytes)} from ${shownName(selection.dir)}${selection.source === 'git' ? ' (git)' : ''}`,
  ];
  if (largest.length > 0) lines.push(dim(`largest: ${list(largest)}`));
  if (skipped.length > 0) lines.push(dim(`skipped: ${list(skipped)}`));
  if (totalBytes > ASK_ABOVE_BYTES)
    lines.push(`! more than ${bytes(ASK_ABOVE_BYTES)}: a run asks before it sends them; --yes sends them unasked`);
  return [...lines, ...credentialLines(selection.credentials), ...warnings.map((warning) => `! ${plain(warning)}`)];
}

/** All that is sent, each in a word of one line. */
export const namesOf = ({ files, folders }: Selection): string[] =>
  [...files.map((file) => file.path), ...folders.map((folder) => `${folder}/`)].map(shownName);

function credentialLines(credentials: string[]): string[] {
  if (credentials.length === 0) return [];
  const left = credentials.length - SAID;
  return [
    '! credentials stay here (send one by its name: a line !NAME in .trainctlignore):',
    ...credentials.slice(0, SAID).map((name) => `!   ${shownName(name)}`),
    ...(left > 0 ? [`!   and ${left} more`] : []),
  ];
}

/** Asks before something very large is sent; in a pipe it is refused. `yes` says so beforehand. */
export async function confirmSize(selection: Selection, yes = false): Promise<void> {
  if (selection.totalBytes <= ASK_ABOVE_BYTES || yes) return;
  const size = bytes(selection.totalBytes);
  const next =
    'leave files out with .trainctlignore, move data to S3 and name it in `inputs`, or send it all the same: --yes';
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
  const what = `${count(sent.files, 'file')}, ${bytes(sent.bytes)}`;
  return sent.uploaded ? `${what} sent` : `${what}, unchanged: nothing sent`;
}

/** Says so on the way, for code that takes a while. */
export function announce(out: Output, selection: Selection): void {
  if (selection.totalBytes > 20_000_000) out.line(out.colors.dim(`  sending ${bytes(selection.totalBytes)} …`));
}

/** Sends the code of a run and says so in a line. Answers with what a spec says of it. */
export async function send({ out }: CommandContext, client: TrainctlClient, selection: Selection): Promise<SentCode> {
  const began = Date.now();
  announce(out, selection);
  const sent = await sendCode(client, selection);
  const line = new Renderer(out).step('done', 'send', sentLine(sent), duration((Date.now() - began) / 1000));
  out.line(line);
  for (const warning of sent.warnings) out.line(new Renderer(out).step('warning', 'send', warning));
  return { snapshot: sent.snapshot, times: sent.times };
}
