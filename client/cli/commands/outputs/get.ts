import path from 'node:path';
import { s3FaultOf } from '../../../../adapters/aws';
import { EXIT_CODES, shownId } from '../../../../contract';
import {
  findOutputs,
  isTransient,
  markFetched,
  type OutputFile,
  OutputFolder,
  type RunHandle,
  type RunView,
  type TrainctlClient,
  TrainctlError,
} from '../../..';
import type { CommandContext } from '../../shared/command';
import { intoFolder, isFresh } from '../../shared/fetch-folder';
import { folderWord } from '../../shared/folder-word';
import { runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import { bytes, count } from '../../terminal/format';
import type { Output } from '../../terminal/output';
import { plain } from '../../terminal/text';
import { type Failed, failedLines, lostLines, madeBy } from './fault-lines';

export interface GetFlags {
  to?: string;
  force?: boolean;
}

/** `trainctl outputs get`. Exits with 2 when something could not be had. */
export function getOutputs(context: CommandContext, asked: string | undefined, flags: GetFlags): Promise<number> {
  return withClient(context, async (client) => {
    const handle = await runAsked(context, client, asked);
    const to = flags.to ?? `${folderWord(handle.run)}-outputs`;
    return intoFolder(to, () => fetchAll(context, client, handle, to, flags.force === true));
  });
}

async function fetchAll(
  { out }: CommandContext,
  client: TrainctlClient,
  handle: RunHandle,
  to: string,
  force: boolean,
): Promise<number> {
  const view = await handle.status();
  const fresh = isFresh(to);
  if (!force && !fresh) {
    throw new TrainctlError('usage', `${to} is there and not empty`, {
      next: 'name another with --to, or say --force',
    });
  }
  const failed: Failed[] = [];
  const { files: listed, lost } = await findOutputs(
    client.objects,
    view,
    await handle.attemptsOf(view),
    (place, why, kind) => void failed.push({ path: place, why, of: kind === 'refused' ? 'place' : 'index' }),
  );
  const got = listed.length === 0 ? [] : await fetchListed({ client, out, to, fresh }, listed, failed);
  if (got.length + failed.length + lost.length === 0) return tellNone(out, view, to);
  if (out.json) {
    const files = got.map(({ path: name, bytes: size }) => ({ path: name, bytes: size }));
    const refused = failed.map(({ path: name, why }) => ({ path: name, why }));
    out.value({
      run: handle.run,
      to,
      files,
      ...(refused.length > 0 ? { failed: refused } : {}),
      ...(lost.length > 0 ? { lost } : {}),
    });
  } else {
    const total = got.reduce((sum, file) => sum + file.bytes, 0);
    if (got.length > 0) out.line(`${to}: ${count(got.length, 'file')}, ${bytes(total)}`);
    for (const line of [...failedLines(failed), ...lostLines(handle.run, lost)]) out.note(line);
  }
  return failed.length + lost.length > 0 ? EXIT_CODES.invalid : EXIT_CODES.succeeded;
}

interface Target {
  client: TrainctlClient;
  out: Output;
  to: string;
  /** Nothing was in it. */
  fresh: boolean;
}

/** Fetches what it can; the rest is added to `failed`. */
async function fetchListed({ client, out, to, fresh }: Target, listed: OutputFile[], failed: Failed[]) {
  const got: OutputFile[] = [];
  const folder = await OutputFolder.open(client.objects, to);
  try {
    // Before the first file: a download that is cut leaves a folder that is no code either.
    if (fresh) await markFetched(to);
    for (const file of listed) {
      const fault = await fetchOne(folder, file);
      if (fault === undefined) {
        got.push(file);
        out.line(`  ${plain(path.join(to, file.path))}  ${bytes(file.bytes)}${madeBy(file.attempt)}`);
      } else failed.push(fault);
    }
    return got;
  } finally {
    await folder.close();
  }
}

/** Nothing is there, and nothing is known to have been. */
function tellNone(out: Output, view: RunView, to: string): number {
  const { run, endedAt } = view;
  if (nobodyKnows(view)) {
    const why = 'its summary is not there, and no worker answers';
    const message = `nothing of the outputs of ${shownId(run)} is in S3, and nobody says whether it left any: ${why}`;
    throw new TrainctlError('no-worker', message, {
      next: 'start one and ask again: trainctl stack up --detach, or trainctl worker',
    });
  }
  if (out.json) out.value({ run, to, files: [] });
  else if (endedAt === undefined) out.note(`${shownId(run)} has not uploaded outputs yet; it does when it ends`);
  else out.note(`${shownId(run)} left no outputs`);
  return EXIT_CODES.succeeded;
}

/** Of a run that has had instances: neither its summary nor its workflow could be asked. */
const nobodyKnows = ({ source, endedAt, attemptCount }: RunView): boolean =>
  source === 'temporal' && endedAt !== undefined && attemptCount > 0;

/** Why one file could not be had; what would strike every other as well is thrown. */
async function fetchOne(folder: OutputFolder, file: OutputFile): Promise<Failed | undefined> {
  try {
    await folder.get(file);
    return undefined;
  } catch (error) {
    if (!(error instanceof TrainctlError) || isTransient(error)) throw error;
    const of = error.code === 'damaged' ? 'file' : s3FaultOf(error.cause, '') ? 'place' : 'disk';
    return { path: file.path, why: error.message, of };
  }
}
