import path from 'node:path';
import type { Command } from 'commander';
import { action, type CommandContext, examples, withJson } from '../shared/command';
import { withClient } from '../shared/session';

export function register(command: Command): void {
  withJson(command)
    .argument('[dir]', 'the folder', '.')
    .option('--dry-run', 'only say what would be sent')
    .option('--yes', 'do not ask before more than 500 MB, or a home folder, are sent')
    .action(action(snapshot));
  examples(command, [
    ['trainctl snapshot .', 'prints `code: { snapshot: …, times: … }` for a spec'],
    ['trainctl snapshot --dry-run', 'what the ignore rules leave'],
  ]);
}

interface SnapshotFlags {
  dryRun?: boolean;
  yes?: boolean;
}

async function snapshot(context: CommandContext, dir: string, flags: SnapshotFlags): Promise<number> {
  const { announce, codeLines, confirmSize, namesOf, selectCode, sendCode, sentLine } = await import(
    '../launch/send-code.js'
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
