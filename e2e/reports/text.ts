import type { ScenarioResult, StepResult, SuiteResult } from '../../contract';
import { counted, dollars, seconds } from './words';

export const SIGN = { passed: '✔', failed: '✖', skipped: '–' } as const;

const indented = (text: string, by: string): string => text.replace(/^/gm, by);

function stepText({ name, outcome, seconds: took, error, evidence = [] }: StepResult): string {
  const lines = [`  ${SIGN[outcome]} ${name}${outcome === 'skipped' ? '' : ` (${seconds(took)})`}`];
  if (error) lines.push(indented(error.message, '      '));
  if (outcome === 'failed' && error?.expected !== undefined)
    lines.push(indented(`expected:\n${indented(error.expected, '  ')}`, '      '));
  if (outcome === 'failed' && error?.seen !== undefined)
    lines.push(indented(`seen:\n${indented(error.seen, '  ')}`, '      '));
  for (const { name: what, text } of evidence) lines.push(indented(`── ${what}\n${text}`, '      '));
  return lines.join('\n');
}

/** One scenario for logs and tests: its steps, and all that is known of one that failed. Hosts' bytes are in it as they are. */
export function scenarioText({ name, outcome, steps, seconds: took, costUsd }: ScenarioResult): string {
  return [`${SIGN[outcome]} ${name} (${seconds(took)}, ${dollars(costUsd)})`, ...steps.map(stepText)].join('\n');
}

/** The whole suite, the same way; its last line says how it ended. */
export function suiteText({ outcome, scenarios, costUsd, leftovers, reason }: SuiteResult): string {
  return [
    ...scenarios.map(scenarioText),
    ...(leftovers.length > 0 ? ['left:', ...leftovers.map((one) => `  ${one}`)] : []),
    `${outcome}: ${counted(scenarios)} · ${dollars(costUsd)}${reason === undefined ? '' : ` · ${reason}`}`,
  ].join('\n');
}
