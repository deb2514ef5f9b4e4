import type { Command } from 'commander';
import {
  END_REASONS,
  EXIT_CODES,
  LEAVE_REASONS,
  type ReconcileResult,
  reconcileOutcome,
  shownId,
} from '../../../contract';
import type { TrainctlClient } from '../..';
import { action, type CommandContext, examples, withJson } from '../shared/command';
import { withClient } from '../shared/session';
import { count } from '../terminal/format';
import { Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';

export function register(command: Command): void {
  withJson(command)
    .description(
      'End what carries this installation’s tags and no live run owns: instances, volumes, spot requests. The worker does the same every 5 minutes; what is tagged trainctl:protected=true is never touched. Exits 1 when something is not gone yet, 3 when the pass could not finish.',
    )
    .option('--dry-run', 'say what it would end, and end nothing')
    .action(
      action(async (context, flags: { dryRun?: boolean }) => {
        return withClient(context, (client) => reconcile(context, client, flags));
      }),
    );
  examples(command, [
    ['trainctl reconcile --dry-run', 'what no live run owns'],
    ['trainctl reconcile', 'end it, and wait until EC2 shows it gone'],
  ]);
}

/** One pass, and what came of it. */
async function reconcile(
  { out }: Pick<CommandContext, 'out'>,
  client: Pick<TrainctlClient, 'reconcile'>,
  flags: { dryRun?: boolean },
): Promise<number> {
  const result = await client.reconcile({ dryRun: flags.dryRun === true });
  if (out.json) out.value(result);
  else for (const line of linesOf(result, new Renderer(out))) out.line(line);
  return result.pendingCount > 0 ? EXIT_CODES.internal : EXIT_CODES.succeeded;
}

function linesOf(result: ReconcileResult, renderer: Renderer): string[] {
  const { dryRun, ended, endedCount, pending, pendingCount, leftAlone, seen, installation, regions } = result;
  const more = (all: number, shown: number): string[] => (all > shown ? [`  … and ${all - shown} more`] : []);
  return [
    `${reconcileOutcome(result)} · installation ${installation}, ${regions.join(', ')} · ${count(seen, 'resource')} seen`,
    ...ended.map(({ id, run, reason }) =>
      renderer.step(
        dryRun ? 'running' : 'done',
        dryRun ? 'would end' : 'ended',
        `${id}  ${shownId(run)}: ${END_REASONS[reason]}`,
      ),
    ),
    ...more(endedCount, ended.length),
    ...pending.map(({ id, run, why }) =>
      renderer.step('failed', 'not gone yet', `${id}  ${shownId(run)}: ${plain(why)}`),
    ),
    ...more(pendingCount, pending.length),
    ...leftAlone.map(({ reason, count: number, examples }) =>
      renderer.step('skipped', 'left alone', `${number}: ${LEAVE_REASONS[reason]}  ${examples.map(plain).join(', ')}`),
    ),
  ];
}
