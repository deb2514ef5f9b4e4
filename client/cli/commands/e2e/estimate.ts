import type { ScenarioPlan, Settings } from '../../../../contract';
import { usd } from '../../terminal/format';
import type { Output } from '../../terminal/output';

/** What the scenarios of this release are, on this installation. */
export async function plansOf(settings: Pick<Settings, 'prices'>): Promise<ScenarioPlan[]> {
  // Loaded here: other commands do without it.
  const { planOf, SCENARIOS } = await import('../../../../e2e/scenarios/index.js');
  return SCENARIOS.map((one) => planOf(one, settings));
}

export interface Estimate {
  scenarios: ScenarioPlan[];
  /** At most, on AWS. */
  minutes: number;
  usd: number;
}

/** Of several that run side by side: none is faster than the longest, nor than its share. */
export function estimateFor(scenarios: ScenarioPlan[], parallel: number): Estimate {
  const sum = scenarios.reduce((all, { minutes }) => all + minutes, 0);
  const longest = Math.max(0, ...scenarios.map(({ minutes }) => minutes));
  return {
    scenarios,
    minutes: Math.max(longest, Math.ceil(sum / parallel)),
    usd: scenarios.reduce((all, { estimateUsd }) => all + estimateUsd, 0),
  };
}

/** A line for each: how long, how much, what it creates. */
export function showEstimate(out: Pick<Output, 'table' | 'line'>, { scenarios, minutes, usd: total }: Estimate): void {
  out.table(
    ['SCENARIO', 'AT MOST', 'ESTIMATE', 'CREATES', 'SHOWS'],
    scenarios.map((one) => [one.name, `${one.minutes} min`, usd(one.estimateUsd), one.creates.join(', '), one.shows]),
    ['SHOWS', 'CREATES'],
  );
  out.line(`together: at most ${minutes} min, ${usd(total)} (on demand; spot costs less)`);
}
