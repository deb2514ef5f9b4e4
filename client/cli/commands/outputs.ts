import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { downloadOutput, listOutputs, TrainctlError } from '../..';
import { action, type CommandContext, examples, withJson } from '../shared/command';
import { RUN, runAsked } from '../shared/run-asked';
import { withClient } from '../shared/session';
import { bytes, count } from '../terminal/format';
import { plain } from '../terminal/text';

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
    const view = await handle.status();
    const to = flags.to ?? `${handle.run}-outputs`;
    if (!flags.force && existsSync(to) && readdirSync(to).length > 0) {
      throw new TrainctlError('usage', `${to} is there and not empty`, {
        next: 'name another with --to, or say --force',
      });
    }
    const files = await listOutputs(client.objects, view, await handle.attemptsOf(view));
    const { out } = context;
    let total = 0;
    for (const file of files) {
      await downloadOutput(client.objects, file, to);
      total += file.bytes;
      out.line(`  ${plain(path.join(to, file.path))}  ${bytes(file.bytes)}`);
    }
    if (out.json) {
      out.value({
        run: handle.run,
        to,
        files: files.map(({ path: name, bytes: size }) => ({ path: name, bytes: size })),
      });
    } else if (files.length === 0) {
      out.note(
        view.endedAt === undefined
          ? `${handle.run} has not uploaded outputs yet; it does when it ends`
          : `${handle.run} left no outputs`,
      );
    } else out.line(`${to}: ${count(files.length, 'file')}, ${bytes(total)}`);
    return 0;
  });
}
