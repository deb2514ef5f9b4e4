import type { ScenarioResult, StepResult, SuiteResult } from '../../contract';
import { attribute, escaped } from './escape';
import { firstFailures, tookSeconds } from './words';

/**
 * JUnit XML, as Jenkins, GitLab and others read it: a test suite a scenario, a test case a step. It fits the schema of Jenkins' xUnit
 * plugin and the stricter one of Ant's task.
 */
export function junitXml(result: SuiteResult): string {
  const suites = [...result.scenarios.map(ofScenario), ofSuite(result)];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map((one, id) => suiteXml(one, id, result)).join('')}</testsuites>\n`;
}

interface Suite {
  name: string;
  seconds: number;
  cases: StepResult[];
}

const ofScenario = ({ name, seconds, steps }: ScenarioResult): Suite => ({ name, seconds, cases: steps });

/** What no scenario can say: that all of them ran, and that nothing is left of them together. A suite that has not passed has a failure. */
function ofSuite(result: SuiteResult): Suite {
  const { outcome, reason, leftovers, scenarios } = result;
  const told = leftovers.length > 0 || scenarios.some(({ steps }) => steps.some((one) => one.outcome === 'failed'));
  const ended = outcome !== 'passed' && !(outcome === 'failed' && told);
  const ran: StepResult = {
    name: 'runs to its end',
    outcome: ended ? 'failed' : 'passed',
    seconds: 0,
    ...(ended ? { error: { message: reason ?? outcome } } : {}),
  };
  const left: StepResult = {
    name: 'nothing with its tag is left',
    outcome: leftovers.length > 0 ? 'failed' : 'passed',
    seconds: 0,
    ...(leftovers.length > 0
      ? { error: { message: `${leftovers.length} left`, expected: 'nothing', seen: leftovers.join('\n') } }
      : {}),
  };
  return { name: 'suite', seconds: 0, cases: [ran, left] };
}

function suiteXml({ name, seconds, cases }: Suite, id: number, result: SuiteResult): string {
  const count = (outcome: StepResult['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  const attributes = {
    package: 'trainctl.e2e',
    id: String(id),
    name,
    timestamp: (result.startedAt ?? new Date(0).toISOString()).slice(0, 19),
    hostname: result.region || 'unknown',
    tests: String(cases.length),
    failures: String(count('failed')),
    errors: '0',
    skipped: String(count('skipped')),
    time: seconds.toFixed(3),
  };
  const out = name === 'suite' ? firstFailures(result).join('\n') : '';
  return [
    `  <testsuite${attributesXml(attributes)}>`,
    propertiesXml(result),
    ...cases.map((one) => caseXml(one, name)),
    `    <system-out>${escaped(out)}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>\n',
  ].join('\n');
}

const attributesXml = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${attribute(value)}"`)
    .join('');

function propertiesXml(result: SuiteResult): string {
  const { tag, cloud, installation, costUsd, estimateUsd } = result;
  const took = tookSeconds(result);
  const known = {
    tag,
    cloud,
    installation,
    costUsd: costUsd.toFixed(6),
    estimateUsd: estimateUsd?.toFixed(6),
    seconds: took?.toFixed(1),
  };
  const lines = Object.entries(known).flatMap(([name, value]) =>
    value === undefined ? [] : [`      <property${attributesXml({ name, value })}/>`],
  );
  return ['    <properties>', ...lines, '    </properties>'].join('\n');
}

function caseXml({ name, outcome, seconds, error, evidence = [] }: StepResult, scenario: string): string {
  const open = `    <testcase${attributesXml({ name, classname: `trainctl.e2e.${scenario}`, time: seconds.toFixed(3) })}`;
  const message = error?.message ?? outcome;
  if (outcome === 'passed') return `${open}/>`;
  if (outcome === 'skipped') return `${open}>\n      <skipped${attributesXml({ message })}/>\n    </testcase>`;
  const text = [
    message,
    ...(error?.expected === undefined ? [] : [`expected:\n${error.expected}`]),
    ...(error?.seen === undefined ? [] : [`seen:\n${error.seen}`]),
    ...evidence.map((one) => `── ${one.name}\n${one.text}`),
  ].join('\n\n');
  const failure = attributesXml({ message, type: 'StepFailure' });
  return `${open}>\n      <failure${failure}>${escaped(text)}</failure>\n    </testcase>`;
}
