import { notFiniteWords, unreadableWords } from '../../../contract';
import type { RunView } from '../..';
import { plain } from '../terminal/text';

/** Metrics that are shown, of those that were no finite numbers; all are in --json. */
const MOST = 6;

/** What is odd about the metrics of a run, as rows of a name and a text. */
export function metricRows({ notFinite = [], unreadableMetrics }: RunView): [name: string, text: string][] {
  const rows: [string, string][] = [];
  const more = notFinite.length - MOST;
  for (const found of notFinite.slice(0, MOST)) rows.push(['not finite', plain(notFiniteWords(found))]);
  if (more > 0) rows.push(['not finite', `and ${more} more, in --json`]);
  if (unreadableMetrics) rows.push(['metrics', plain(unreadableWords(unreadableMetrics))]);
  return rows;
}
