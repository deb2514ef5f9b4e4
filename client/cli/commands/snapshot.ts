import path from 'node:path';
import type { Command } from 'commander';
import { action, type CommandContext, examples, withJson } from '../shared/command';
import { withClient } from '../shared/session';

export function register(command: Command): void {
  withJson(command)
    .argument('[dir]', 'the folder', '.')
    .option('--dry-run', 'only say what would be sent')
    .action(action(snapshot));
  examples(command, [
    ['trainctl snapshot .', 'prints the sha256 for `code: { snapshot: … }`'],
    ['trainctl snapshot --dry-run', 'what the ignore rules leave'],
  ]);
}

async function snapshot(context: CommandContext, dir: string, flags: { dryRun?: boolean }): Promise<number> {
  const { announce, codeLines, confirmSize, selectCode, sendCode, sentLine } = await import('../launch/send-code.js');
  const { out } = context;
  const selection = await selectCode(path.resolve(dir));
  for (const line of codeLines(selection, out.colors.dim)) out.json ? out.note(line) : out.line(line);
  if (flags.dryRun) {
    const { files, totalBytes, source, skipped } = selection;
    if (out.json) out.value({ files, bytes: totalBytes, source, skipped });
    else for (const file of files) out.whole(`  ${file.path}`);
    return 0;
  }
  await confirmSize(selection);
  return withClient(context, async (client) => {
    announce(out, selection);
    const sent = await sendCode(client, selection);
    if (out.json) out.value({ snapshot: sent.snapshot, key: sent.key, uploaded: sent.uploaded });
    else {
      out.line(sentLine(sent));
      out.whole(`code: { snapshot: ${sent.snapshot} }`);
    }
    return 0;
  });
}
