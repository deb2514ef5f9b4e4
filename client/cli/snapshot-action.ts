import path from 'node:path';
import type { CommandContext } from './command';
import { announce, codeLines, confirmSize, namesOf, selectCode, sendCode, sentLine } from './send-code';
import { withClient } from './session';

export interface SnapshotFlags {
  dryRun?: boolean;
  yes?: boolean;
}

export async function snapshot(context: CommandContext, dir: string, flags: SnapshotFlags): Promise<number> {
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
