import { randomBytes } from 'node:crypto';
import type { Scenario } from '../scenario';
import { estimateUsd, runsUsd } from './limits';

/** A tag for a suite that has none yet. */
export const newSuiteTag = (): string => `e2e-${randomBytes(4).toString('hex')}`;

/** Dollars for all of them, and by name. A price that nobody knows is left out, and its scenario named. */
export function estimateOf(
  scenarios: readonly Scenario[],
  settings: Parameters<typeof estimateUsd>[1],
): { totalUsd: number; unknown: string[] } {
  const prices = scenarios.map((one) => ({ name: one.name, usd: estimateUsd(one, settings) }));
  return {
    totalUsd: prices.reduce((sum, { usd = 0 }) => sum + usd, 0),
    unknown: prices.filter(({ usd }) => usd === undefined).map(({ name }) => name),
  };
}

/** What the runs of one scenario may cost of what the whole suite may, when what costs money beside runs is paid: its share by the estimates. */
export function shareUsd(
  scenario: Scenario,
  all: readonly Scenario[],
  settings: Parameters<typeof estimateUsd>[1],
  maxUsd: number,
): number {
  const total = all.reduce((sum, one) => sum + (runsUsd(one, settings) ?? 0), 0);
  const left = Math.max(maxUsd - all.reduce((sum, { extraUsd = 0 }) => sum + extraUsd, 0), 0);
  const own = runsUsd(scenario, settings);
  return total === 0 || own === undefined ? left / all.length : (left * own) / total;
}
