import type { RunResult } from '../../../contract';
import type { RunView } from '../..';
import { count, duration, usd } from '../terminal/format';
import type { Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';

/** The last lines of a run: how it ended, in one line, and why when that was not success. */
export function endingLines(renderer: Renderer, view: RunView, result: RunResult): string[] {
  const facts = [count(result.attemptCount, 'attempt')];
  if (result.interruptions > 0 || result.attemptCount > 1)
    facts[0] += `, ${count(result.interruptions, 'interruption')}`;
  const { stepsLost } = result;
  if (stepsLost !== undefined)
    facts[0] += `, ${stepsLost === null ? 'steps lost unknown' : `${count(stepsLost, 'step')} lost`}`;
  facts.push(costs(result.costUsd, view.onDemandUsd, result.leastUsd));
  const head = `${renderer.outcome(result.outcome, view.cut)} in ${duration(result.seconds)} · ${facts.join(' · ')}`;
  if (result.outcome === 'succeeded' || !result.reason) return [head];
  return [head, ...result.reason.split('\n').map((line) => `  ${plain(line)}`)];
}

/** @param least more is not known */
export function costs(costUsd: number, onDemandUsd: number, least = false): string {
  const [cost, onDemand] = [usd(costUsd), usd(onDemandUsd)];
  const known = least ? `at least ${cost}` : cost;
  return onDemandUsd > costUsd && onDemand !== cost ? `${known} (on-demand: ${onDemand})` : known;
}
