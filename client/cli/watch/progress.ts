import type { CheckpointRef, MetricValue } from '../../../contract';
import { type RunView, stepsInAll } from '../..';
import { duration, metric } from '../terminal/format';
import { plain } from '../terminal/text';

/** Parts of the line before the last checkpoint; what is no finite number is never among those left out. */
const MOST = 5;

/** `step 420/1000  loss 0.231  acc 0.931  checkpoint 400  12 min left`: where the training is. */
export function progress(view: RunView, now?: Date): string {
  const parts: string[] = [];
  const steps = view.steps ?? stepsInAll(view.lastMetrics ?? {});
  if (view.step !== undefined) parts.push(`step ${view.step}${steps === undefined ? '' : `/${steps}`}`);
  const shown = Object.entries(view.lastMetrics ?? {}).filter(([name]) => !HIDDEN_METRICS.has(name));
  for (const [name, value] of shown.sort(oddFirst).slice(0, MOST - parts.length)) {
    parts.push(`${plain(name)} ${metric(value)}`);
  }
  if (view.lastCheckpoint) parts.push(`checkpoint ${shortCheckpoint(view.lastCheckpoint)}`);
  if (view.live?.phase === 'uploading') parts.push('uploading');
  const left = now === undefined ? undefined : secondsLeft(view, now);
  if (left !== undefined) parts.push(`${duration(left)} left`);
  return parts.join('  ');
}

/** Until the last step, as fast as the training goes; undefined when that is not known, or was to be before now. */
export function secondsLeft({ etaAt }: Pick<RunView, 'etaAt'>, now: Date): number | undefined {
  const seconds = etaAt === undefined ? Number.NaN : (Date.parse(etaAt) - now.getTime()) / 1000;
  return seconds > 0 ? seconds : undefined;
}

type Entry = [name: string, value: MetricValue];

const oddFirst = ([, a]: Entry, [, b]: Entry): number => Number(typeof b === 'string') - Number(typeof a === 'string');

/** Its step, else its number. */
function shortCheckpoint({ step, number, suspect }: CheckpointRef): string {
  const which = step ?? (number === undefined ? 'taken' : `#${number}`);
  return `${which}${suspect === undefined ? '' : ' (suspect)'}`;
}

/** Shown elsewhere in the line, or meaningless to a reader. */
const HIDDEN_METRICS = new Set(['step', 'steps', 'total_steps', 'max_steps', 'time', 'ts', 'timestamp', 't']);
