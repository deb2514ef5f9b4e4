import path from 'node:path';
import type { Command } from 'commander';
import { EXIT_CODES, shownId } from '../../../contract';
import {
  isTransient,
  listOutputs,
  markFetched,
  type OutputFile,
  OutputFolder,
  type RunHandle,
  type TrainctlClient,
  TrainctlError,
} from '../..';
import { action, type CommandContext, examples, withJson } from '../shared/command';
import { intoFolder, isFresh } from '../shared/fetch-folder';
import { folderWord } from '../shared/folder-word';
import { RUN, runAsked } from '../shared/run-asked';
import { withClient } from '../shared/session';
import { bytes, count } from '../terminal/format';
import type { Output } from '../terminal/output';
import { plain } from '../terminal/text';

/** Faults that are said one by one in text; --json has all. */
const SAID = 20;

interface Failed {
  path: string;
  why: string;
}

export function register(command: Command): void {
  const get = withJson(command.command('get').description('Download what a run made.'))
    .argument('[run]', RUN)
    .option(
      '--to <folder>',
      'default: RUN-outputs; what was in outputs/ lies directly in it, other outputs below their own paths',
    )
    .option('--force', 'write over files that are there')
    .action(action(getOutputs));
  examples(get, [['trainctl outputs get digits --to results', 'the newest run’s outputs, in results/']]);
}

function getOutputs(
  context: CommandContext,
  asked: string | undefined,
  flags: { to?: string; force?: boolean },
): Promise<number> {
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
  const listed = await listOutputs(client.objects, view, await handle.attemptsOf(view), (place, why) =>
    failed.push({ path: place, why }),
  );
  const got: OutputFile[] = [];
  if (listed.length > 0) {
    const folder = await OutputFolder.open(client.objects, to);
    try {
      // Before the first file: a download that is cut leaves a folder that is no code either.
      if (fresh) await markFetched(to);
      for (const file of listed) {
        const why = await fetchOne(folder, file);
        if (why === undefined) {
          got.push(file);
          out.line(`  ${plain(path.join(to, file.path))}  ${bytes(file.bytes)}${madeBy(file)}`);
        } else failed.push({ path: file.path, why });
      }
    } finally {
      await folder.close();
    }
  }
  if (out.json) {
    const files = got.map(({ path: name, bytes: size }) => ({ path: name, bytes: size }));
    out.value({ run: handle.run, to, files, ...(failed.length > 0 ? { failed } : {}) });
  } else if (got.length === 0 && failed.length === 0) {
    out.note(
      view.endedAt === undefined
        ? `${shownId(handle.run)} has not uploaded outputs yet; it does when it ends`
        : `${shownId(handle.run)} left no outputs`,
    );
  } else {
    const total = got.reduce((sum, file) => sum + file.bytes, 0);
    out.line(`${to}: ${count(got.length, 'file')}, ${bytes(total)}`);
    sayFailed(out, failed);
  }
  return failed.length > 0 ? EXIT_CODES.invalid : EXIT_CODES.succeeded;
}

/** Why one file could not be had; what would strike every other as well is thrown. */
async function fetchOne(folder: OutputFolder, file: OutputFile): Promise<string | undefined> {
  try {
    await folder.get(file);
    return undefined;
  } catch (error) {
    if (!(error instanceof TrainctlError) || isTransient(error)) throw error;
    return error.message;
  }
}

const madeBy = ({ attempt }: OutputFile): string => (attempt === undefined ? '' : `  (attempt ${attempt})`);

function sayFailed(out: Output, failed: Failed[]): void {
  if (failed.length === 0) return;
  out.note(`${count(failed.length, 'output')} could not be fetched:`);
  for (const { path: name, why } of failed.slice(0, SAID)) out.note(`  ${plain(name)}: ${plain(why)}`);
  if (failed.length > SAID) out.note(`  and ${failed.length - SAID} more (--json names all)`);
  out.note(
    'fetch them into another folder with --to, or from S3 itself; a bucket that is gone has to be created again',
  );
}
