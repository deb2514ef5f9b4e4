import type { CheckpointRef } from '../../../contract';
import type { RunView } from '../..';
import { metric } from '../terminal/format';
import { plain } from '../terminal/text';

/** `step 420/1000  loss 0.231  acc 0.931  checkpoint 400`: where the training is. */
export function progress(view: RunView): string {
  const parts: string[] = [];
  const metrics = view.lastMetrics ?? {};
  const total = metrics.steps ?? metrics.total_steps;
  if (view.step !== undefined) parts.push(`step ${view.step}${total === undefined ? '' : `/${total}`}`);
  for (const [name, value] of Object.entries(metrics)) {
    if (!HIDDEN_METRICS.has(name) && parts.length < 5) parts.push(`${plain(name)} ${metric(value)}`);
  }
  if (view.lastCheckpoint) parts.push(`checkpoint ${shortCheckpoint(view.lastCheckpoint)}`);
  if (view.live?.phase === 'uploading') parts.push('uploading');
  return parts.join('  ');
}

/** Its step, else its number. */
function shortCheckpoint({ step, number, suspect }: CheckpointRef): string {
  const which = step ?? (number === undefined ? 'taken' : `#${number}`);
  return `${which}${suspect === undefined ? '' : ' (suspect)'}`;
}

/** Shown elsewhere in the line, or meaningless to a reader. */
const HIDDEN_METRICS = new Set(['step', 'steps', 'total_steps', 'time', 'ts', 'timestamp', 't']);
