import path from 'node:path';
import type { Command } from 'commander';
import { action, type CommandContext, examples, withJson } from '../../shared/command';
import { withClient } from '../../shared/session';
import type { PruneFlags } from './prune';

export function register(command: Command): void {
  withJson(command)
    .argument('[dir]', 'the folder', '.')
    .option('--dry-run', 'only say what would be sent')
    .option('--yes', 'do not ask before more than 500 MB, or a home folder, are sent')
    .action(action(snapshot));
  examples(command, [
    ['trainctl snapshot .', 'prints `code: { snapshot: …, times: … }` for a spec'],
    ['trainctl snapshot --dry-run', 'what the ignore rules leave'],
    [
      'trainctl snapshot prune --older-than 30d',
      'remove what nothing needs any more; a folder of that name is ./prune',
    ],
  ]);
  const prune = withJson(
    command
      .command('prune')
      .description(
        'Remove code that was not sent for a while, and that no schedule and no open run needs. A run that has ended and whose code is gone cannot be repeated.',
      ),
  )
    .option('--older-than <duration>', 'how long ago it was sent last, such as 30d; at least 2d. It has to be said')
    .option('--dry-run', 'say what it would remove, and remove nothing')
    .option('--yes', 'do not ask')
    .action(
      action(async (context, flags: PruneFlags) => {
        const { pruneSnapshots } = await import('./prune.js');
        return pruneSnapshots(context, flags);
      }),
    );
  examples(prune, [
    ['trainctl snapshot prune --older-than 30d --dry-run', 'what would go, and what stays for whom'],
    ['trainctl snapshot prune --older-than 12w --yes', 'from a timer of yours'],
  ]);
}

interface SnapshotFlags {
  dryRun?: boolean;
  yes?: boolean;
}

async function snapshot(context: CommandContext, dir: string, flags: SnapshotFlags): Promise<number> {
  const { announce, codeLines, confirmSize, namesOf, selectCode, sendCode, sentLine } = await import(
    '../../launch/send-code.js'
  );
  const { out } = context;
  const selection = await selectCode(path.resolve(dir), flags.yes);
  for (const line of codeLines(selection, out.colors.dim)) out.json ? out.note(line) : out.line(line);
  if (flags.dryRun) {
    const { files, folders, totalBytes, source, skipped, credentials, warnings } = selection;
    if (out.json) out.value({ files, folders, bytes: totalBytes, source, skipped, credentials, warnings });
    else for (const name of namesOf(selection)) out.whole(`  ${name}`);
    return 0;
  }
  await confirmSize(selection, flags.yes);
  return withClient(context, async (client) => {
    announce(out, selection);
    const sent = await sendCode(client, selection);
    for (const warning of sent.warnings) out.note(`! ${warning}`);
    const { snapshot, times, key, uploaded } = sent;
    if (out.json) out.value({ snapshot, times, key, uploaded });
    else {
      out.line(sentLine(sent));
      out.whole(`code: { snapshot: ${snapshot}, times: ${times} }`);
    }
    return 0;
  });
}
