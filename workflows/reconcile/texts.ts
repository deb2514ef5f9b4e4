import { END_REASONS, LEAVE_REASONS, type ReconcileResult, reconcileOutcome, shownId } from '../../contract';
import { shorten } from '../rules/texts';

/** An id, with no Markdown of its own. */
const named = (run: string): string => shorten(shownId(run), 200).replace(/[`<>*_[\]\\]/g, '\\$&');

/** The page of a pass in the Temporal UI. */
export function pageOf(result: ReconcileResult): string {
  const { installation, regions, seen, ended, pending, leftAlone } = result;
  const lines = [
    `**${reconcileOutcome(result)}** · installation ${installation} · ${regions.join(', ')} · ${seen} resources seen`,
    ...ended.map(
      (r) =>
        `- ${result.dryRun ? 'would end' : 'ended'} ${r.kind} ${r.id} of ${named(r.run)}: ${END_REASONS[r.reason]}`,
    ),
    ...pending.map(({ id, run, why }) => `- not gone yet: ${id} of ${named(run)}: ${why}`),
    ...leftAlone.map((l) => `- left alone: ${l.count}, ${LEAVE_REASONS[l.reason]}: ${l.examples.join(', ')}`),
  ];
  return lines.join('\n');
}
