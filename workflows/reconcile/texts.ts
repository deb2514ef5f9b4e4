import {
  END_REASONS,
  LEAVE_REASONS,
  markdownText,
  type ReconcileResult,
  reconcileOutcome,
  shownId,
} from '../../contract';

/** An id, with no Markdown of its own. */
const named = (run: string): string => markdownText(shownId(run));

/** The page of a pass in the Temporal UI. */
export function pageOf(result: ReconcileResult): string {
  const { installation, regions, seen, ended, pending, leftAlone } = result;
  const lines = [
    `**${reconcileOutcome(result)}** · installation ${markdownText(installation)} · ${markdownText(regions.join(', '))} · ${seen} resources seen`,
    ...ended.map(
      (r) =>
        `- ${result.dryRun ? 'would end' : 'ended'} ${r.kind} ${markdownText(r.id)} of ${named(r.run)}: ${END_REASONS[r.reason]}`,
    ),
    ...pending.map(
      ({ id, run, why }) => `- not gone yet: ${markdownText(id)} of ${named(run)}: ${markdownText(why, 300)}`,
    ),
    ...leftAlone.map(
      (l) => `- left alone: ${l.count}, ${LEAVE_REASONS[l.reason]}: ${markdownText(l.examples.join(', '))}`,
    ),
  ];
  return lines.join('\n');
}
