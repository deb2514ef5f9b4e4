import type { Scenario } from '../scenario';
import { CHEAPEST, estimateUsd } from './limits';
import { estimateOf } from './suite';

/** With the built-in prices: what a page can say of all installations. */
const NO_PRICES = { prices: {} };

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const dollars = (usd: number | undefined): string => (usd === undefined ? 'not known' : `$${usd.toFixed(4)}`);

/** What each scenario makes, for how long at most, and for how much: a table in Markdown, for docs/e2e.md. */
export function scenarioTable(scenarios: readonly Scenario[]): string {
  const head = ['scenario', 'it shows', 'it creates', 'at most', 'instance hours', 'beside', 'estimated'];
  const rows = scenarios.map((one) =>
    row(
      `\`${one.name}\``,
      one.shows,
      one.creates.join('; ') || 'nothing',
      `${one.minutes} min`,
      `${one.instanceHours} × ${one.instanceType ?? CHEAPEST}`,
      one.extraUsd ? dollars(one.extraUsd) : '',
      dollars(estimateUsd(one, NO_PRICES)),
    ),
  );
  const hours = Math.round(scenarios.reduce((sum, { instanceHours }) => sum + instanceHours, 0) * 100) / 100;
  const extra = scenarios.reduce((sum, { extraUsd = 0 }) => sum + extraUsd, 0);
  const total = row(
    'all',
    '',
    '',
    '',
    String(hours),
    dollars(extra),
    dollars(estimateOf(scenarios, NO_PRICES).totalUsd),
  );
  return [row(...head), row(...head.map(() => '---')), ...rows, total].join('\n');
}
