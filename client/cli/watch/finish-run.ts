import { type RunResult, runWord } from '../../../contract';
import { countLeftovers, type Leftovers, type RunHandle, type RunView, resultOf, type TrainctlClient } from '../..';
import { historyUrl } from '../shared/session';
import { bytes, count } from '../terminal/format';
import type { Output } from '../terminal/output';
import { Renderer } from '../terminal/renderer';
import { endingLines } from './ending-lines';
import { metricRows } from './metric-rows';
import { notKeptLines } from './not-kept-lines';

export interface FinishedRun {
  result: RunResult;
  left: Leftovers;
}

/** The last lines of a run that was followed to its end; EC2 itself is asked what is left. */
export async function finishRun(
  client: TrainctlClient,
  handle: RunHandle,
  view: RunView,
  out: Output,
): Promise<FinishedRun> {
  const left = await client.leftovers(handle.runKey);
  const result = { ...resultOf(view, 0), ...(await handle.summary())?.result, leftovers: countLeftovers(left) };
  if (out.json) return { result, left };
  const renderer = new Renderer(out);
  for (const line of endingLines(renderer, view, result)) out.whole(line);
  const { dim } = out.colors;
  const row = (name: string, text: string): void => out.whole(`  ${dim(name.padEnd(16))}${text}`);
  for (const [name, text] of metricRows(view)) row(name, text);
  for (const output of view.outputs ?? []) {
    if (output.files > 0) row('output', `${output.to}  ${count(output.files, 'file')}, ${bytes(output.bytes)}`);
  }
  if (view.outputs?.some((output) => output.files > 0)) row('outputs', `trainctl outputs get ${runWord(result.run)}`);
  for (const [i, line] of (view.notKept ? notKeptLines(view.notKept) : []).entries())
    row(i === 0 ? 'not kept' : '', line);
  if (result.outcome !== 'succeeded' && hasTrained(view)) row('log', `trainctl logs ${runWord(result.run)}`);
  const url = historyUrl(client.settings, result.run);
  if (url) row('history', url);
  row('left behind', leftLine(left));
  return { result, left };
}

/** Whether a command was started, so that there is a log. */
export function hasTrained(view: Pick<RunView, 'attempts'>): boolean {
  return view.attempts.some((attempt) => attempt.stages.some((stage) => stage.name === 'train'));
}

/** `nothing: 0 instances, 0 volumes, 0 spot requests (asked EC2)`. */
export function leftLine(left: Leftovers): string {
  const counts = [
    count(left.instances.length, 'instance'),
    count(left.volumes.length, 'volume'),
    count(left.spotRequests.length, 'spot request'),
  ].join(', ');
  const ids = [...left.instances, ...left.volumes, ...left.spotRequests];
  return ids.length === 0 ? `nothing: ${counts} (asked EC2)` : `${counts}: ${ids.join(' ')} (asked EC2)`;
}
