import type { RunListEntry } from '../../../contract';

/**
 * The order of a list of runs: those that are open, the newest start first, then the others, the newest end first. So does Temporal list
 * them, and so are those kept that it has forgotten: what a lower limit shows is the beginning of what a higher one shows.
 */
export function inOrder(runs: readonly RunListEntry[]): RunListEntry[] {
  const since = ({ startedAt, endedAt }: RunListEntry): number => Date.parse(endedAt ?? startedAt);
  return [...runs].sort(
    (a, b) =>
      Number(a.endedAt !== null) - Number(b.endedAt !== null) ||
      since(b) - since(a) ||
      Date.parse(b.startedAt) - Date.parse(a.startedAt) ||
      // Of one moment, in an order that is the same each time.
      (a.run < b.run ? -1 : Number(a.run > b.run)),
  );
}
