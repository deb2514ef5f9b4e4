import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { runCommand } from '../machine/run-command';

/**
 * Temporal's own download service, the one that the SDK's `cached-download` asks:
 * it answers where the archive of a version for a platform lies.
 */
const SERVICE = 'https://temporal.download/cli';

/** Long enough for a slow answer, short enough that a machine without that network falls through to the next way. */
const ANSWER_SECONDS = 5;

/**
 * Downloads the temporal CLI to `target`.
 *
 * @throws Error with a short reason; nothing is left behind then.
 */
export async function downloadTemporal(version: string, target: string): Promise<void> {
  if (process.env.TRAINCTL_OFFLINE) throw new Error('TRAINCTL_OFFLINE is set');
  const platform = process.platform === 'darwin' ? 'darwin' : process.platform === 'win32' ? 'windows' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const question = `${SERVICE}/v${version}?platform=${platform}&arch=${arch}&format=tar.gz&sdk-name=sdk-typescript&sdk-version=1.24.0`;
  const answer = await fetch(question, { signal: AbortSignal.timeout(ANSWER_SECONDS * 1000) }).catch((error: Error) => {
    throw new Error(`the download service cannot be reached (${causeOf(error)})`);
  });
  if (!answer.ok) throw new Error(`the download service answered ${answer.status}`);
  const { archiveUrl, fileToExtract } = (await answer.json()) as { archiveUrl?: unknown; fileToExtract?: unknown };
  if (typeof archiveUrl !== 'string' || !archiveUrl.startsWith('https://'))
    throw new Error('the download service gave no https address');
  const member = typeof fileToExtract === 'string' ? path.basename(fileToExtract) : 'temporal';
  const work = await mkdtemp(path.join(path.dirname(target), 'unpack-'));
  try {
    const archive = path.join(work, 'archive.tar.gz');
    const body = await fetch(archiveUrl, { signal: AbortSignal.timeout(600_000) });
    if (!body.ok || !body.body) throw new Error(`the archive answered ${body.status}`);
    await pipeline(Readable.fromWeb(body.body as ReadableStream), createWriteStream(archive));
    const unpacked = await runCommand('tar', ['-xzf', archive, '-C', work, member]);
    if (unpacked.code !== 0) throw new Error(`the archive does not unpack: ${unpacked.stderr.trim()}`);
    await chmod(path.join(work, member), 0o755);
    await rename(path.join(work, member), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function causeOf(error: Error): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? error.name;
}
