import type { Evidence, ScenarioResult, StepResult, SuiteResult } from '../../contract';
import { escaped } from './escape';
import { STYLE } from './style';
import { SIGN } from './text';
import { counted, dollars, seconds, tookSeconds, where, whySkipped } from './words';

const HEADLINE = {
  passed: 'Fit to train',
  failed: 'Not fit to train',
  'over-budget': 'Ended: its money was spent',
  cancelled: 'Cancelled',
} as const;

/**
 * One page of its own: no script, nothing that is loaded. How it ended first, then what failed with all that is known of it, then
 * the rest, folded. Whatever comes from hosts is text.
 */
export function htmlPage(result: SuiteResult): string {
  const { outcome, scenarios, reason, leftovers } = result;
  const facts = [
    counted(scenarios),
    ...definedWords(tookSeconds(result), (value) => `in ${seconds(value)}`),
    `${dollars(result.costUsd)} spent`,
    ...definedWords(result.estimateUsd, (value) => `${dollars(value)} estimated`),
    where(result),
    ...definedWords(result.startedAt, (value) => `${value.slice(0, 16).replace('T', ' ')} UTC`),
    ...definedWords(result.tag, (value) => value),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${escaped(`${HEADLINE[outcome]} · trainctl e2e`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="${outcome === 'passed' ? 'passed' : 'failed'}">
<h1>${outcome === 'passed' ? SIGN.passed : SIGN.failed} ${HEADLINE[outcome]}</h1>
<p>${facts.filter(Boolean).map(escaped).join(' · ')}</p>
${reason === undefined ? '' : `<p class="why">${escaped(reason)}</p>`}
</header>
<main>
${overview(scenarios)}
${leftovers.length === 0 ? '<p class="left passed">Nothing is left in the account.</p>' : leftHtml(leftovers)}
${scenarios.map(scenarioHtml).join('\n')}
</main>
</body>
</html>
`;
}

const definedWords = <T>(value: T | undefined, words: (value: T) => string): string[] =>
  value === undefined ? [] : [words(value)];

const anchor = (name: string): string => `scenario-${name.replace(/[^A-Za-z0-9-]/g, '_')}`;

function overview(scenarios: readonly ScenarioResult[]): string {
  const rows = scenarios.map((one) => {
    const failed = one.steps.find(({ outcome }) => outcome === 'failed');
    const why = failed ? `${failed.name}: ${failed.error?.message ?? ''}` : (whySkipped(one) ?? '');
    return `<tr class="${one.outcome}"><td class="sign">${SIGN[one.outcome]}</td><th scope="row"><a href="#${anchor(one.name)}">${escaped(one.name)}</a></th><td>${one.outcome}</td><td class="number">${seconds(one.seconds)}</td><td class="number">${dollars(one.costUsd)}</td><td class="why">${escaped(why)}</td></tr>`;
  });
  return `<div class="wide"><table>
<thead><tr><th></th><th scope="col">Scenario</th><th scope="col">Outcome</th><th scope="col">Took</th><th scope="col">Cost</th><th scope="col">Where it stopped, and why</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

const leftHtml = (leftovers: readonly string[]): string =>
  `<section class="left failed"><h2>${SIGN.failed} Left in the account</h2><ul>${leftovers.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul></section>`;

function scenarioHtml(one: ScenarioResult): string {
  const open = one.outcome === 'failed' ? ' open' : '';
  const passed = one.steps.filter(({ outcome }) => outcome === 'passed').length;
  return `<details class="scenario ${one.outcome}" id="${anchor(one.name)}"${open}>
<summary>${SIGN[one.outcome]} <b>${escaped(one.name)}</b> <span>${passed} of ${one.steps.length} steps passed · ${seconds(one.seconds)} · ${dollars(one.costUsd)}</span></summary>
<ol>
${one.steps.map(stepHtml).join('\n')}
</ol>
</details>`;
}

function stepHtml({ name, outcome, seconds: took, error, evidence = [] }: StepResult): string {
  const lines = [
    `<li class="${outcome}"><p>${SIGN[outcome]} ${escaped(name)}${outcome === 'skipped' ? '' : ` <span>${seconds(took)}</span>`}</p>`,
  ];
  if (error) lines.push(`<p class="why">${escaped(error.message)}</p>`);
  if (outcome === 'failed' && error?.expected !== undefined && error.seen !== undefined) {
    lines.push(
      `<dl><div><dt>Expected</dt><dd><pre>${escaped(error.expected)}</pre></dd></div><div><dt>Seen</dt><dd><pre>${escaped(error.seen)}</pre></dd></div></dl>`,
    );
  }
  lines.push(...evidence.map(evidenceHtml), '</li>');
  return lines.join('\n');
}

function evidenceHtml({ name, text, url }: Evidence): string {
  if (url !== undefined && /^https?:\/\//.test(url))
    return `<p class="evidence"><a href="${escaped(url)}" rel="noreferrer">${escaped(name)}</a></p>`;
  return `<details class="evidence"><summary>${escaped(name)}</summary><pre>${escaped(text)}</pre></details>`;
}
