import {
  markdownCode,
  markdownTable,
  markdownText,
  type ScenarioResult,
  type ScenarioStatus,
  type SuiteStatus,
  type SuiteWait,
} from '../../contract';
import { dollars } from '../rules/costs';
import { tally } from '../rules/suite';

const money = (usd: number): string => markdownText(dollars(usd));
const seconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;

/** The page of a suite in the Temporal UI; whatever comes from elsewhere is nothing but text. */
export function suitePage(status: SuiteStatus): string {
  const { phase, outcome, reason, scenarios, options, tag, report, leftovers, warnings, cancelling } = status;
  const results = scenarios.flatMap(({ result }) => result ?? []);
  const head = outcome ?? `${phase}${cancelling ? ' (cancelled: what it has begun is ended)' : ''}`;
  const facts = [
    `- ${markdownText(tally({ scenarios: results }))}`,
    `- cost: ${money(status.costUsd)} so far, expected ${money(status.estimateUsd)}${options ? `, at most ${money(options.maxUsd)}` : ''}`,
    ...(tag ? [`- its runs are those of project ${markdownCode(tag)}`] : []),
    ...(report ? [`- report: ${markdownCode(`${report}report.html`, 400)}`] : []),
    ...waitLines(status.waits),
    ...(leftovers.length > 0 ? [`- **left over:** ${markdownText(leftovers.join(', '), 500)}`] : []),
  ];
  const parts = [
    `### ${markdownText(head)}`,
    reason ? markdownText(reason, 700) : '',
    facts.join('\n'),
    warnings.map((text) => `> ${markdownText(text, 300)}`).join('\n>\n'),
    scenarios.flatMap(({ name, waits }) => waitLines(waits, name)).join('\n'),
    scenarios.length > 0 ? markdownTable(['scenario', 'is', 'took', 'cost', 'step'], scenarios.map(row)) : '',
    ...results.filter((one) => one.outcome === 'failed').map(failureOf),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The page of one scenario. */
export function scenarioPage(status: ScenarioStatus): string {
  const { name, shows, result, phase, step, steps, waits } = status;
  const parts = [
    `### ${markdownText(name)}: ${markdownText(result?.outcome ?? phase)}`,
    markdownText(shows, 300),
    [
      ...steps.map((one) => `- ${one.outcome}: ${markdownText(one.name)} (${seconds(one.seconds)})`),
      ...(step === undefined ? [] : [`- **now:** ${markdownText(step)}`]),
      ...waitLines(waits),
    ].join('\n'),
    result?.outcome === 'failed' ? failureOf(result) : '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What is tried again and again, and what came of the last try. */
function waitLines(waits: SuiteWait | undefined, whose?: string): string[] {
  if (!waits) return [];
  const { what, why, tries } = waits;
  const often = tries === undefined ? '' : ` (${tries} ${tries === 1 ? 'try' : 'tries'} so far)`;
  return [
    `- **waits:** ${whose === undefined ? '' : `${markdownText(whose)}: `}${markdownText(what)}${often}: ${markdownText(why, 300)}`,
  ];
}

function row({ name, phase, result, step, steps }: ScenarioStatus): string[] {
  const cells = [
    name,
    phase === 'not-started' ? 'not begun' : (result?.outcome ?? phase),
    result ? seconds(result.seconds) : '',
    result ? dollars(result.costUsd) : '',
    step ?? (phase === 'running' ? `${steps.length} steps have ended` : ''),
  ];
  return cells.map((cell) => markdownText(cell, 120));
}

/** What failed in a scenario, with what was handed in. */
function failureOf({ name, steps }: ScenarioResult): string {
  const lines = steps
    .filter(({ outcome }) => outcome === 'failed')
    .flatMap(({ name: step, error }) => [
      `**${markdownText(name)}** failed at *${markdownText(step)}*: ${markdownText(error?.message ?? '', 500)}`,
      ...(error?.expected === undefined ? [] : [`- expected: ${markdownCode(error.expected, 300)}`]),
      ...(error?.seen === undefined ? [] : [`- seen: ${markdownCode(error.seen, 300)}`]),
    ]);
  return lines.join('\n');
}
