import type { ActivityDeps } from '../../activities';
import type { ScenarioResult, StepResult, SuiteResult } from '../../contract';
import { htmlPage, jsonReport, junitXml } from '../../e2e/reports';
import { removeOldReports, reportsPrefix } from './old-reports';

type Deps = Pick<ActivityDeps, 'store' | 'settings' | 'log'>;

/** Where the report of a suite is: beside what its scenarios make, which is taken away. */
export const reportPrefix = (prefix: string, tag: string): string => `${reportsPrefix(prefix)}${tag}/`;

const resultKey = (prefix: string, tag: string, scenario: string): string =>
  `${reportPrefix(prefix, tag)}scenarios/${scenario}.json`;

/** More than a scenario hands in. Bytes. */
const RESULT_BYTES = 4 * 1024 * 1024;

/** Keeps the whole result of a scenario: through Temporal goes a part of its evidence. Nothing hangs on it. */
export async function storeResult({ store, settings, log }: Deps, tag: string, result: ScenarioResult): Promise<void> {
  await store
    .put(resultKey(settings.prefix, tag, result.name), `${JSON.stringify(result)}\n`, {
      contentType: 'application/json',
    })
    .catch((error: unknown) => log.warn({ scenario: result.name, error: String(error) }, 'its evidence is not kept'));
}

/** Writes `report.json`, `report.xml` (JUnit) and `report.html`, with all the evidence that was kept. Reports of long ago go. */
export async function storeReport(deps: Deps, tag: string, result: SuiteResult): Promise<void> {
  const { store, settings } = deps;
  const scenarios = await Promise.all(result.scenarios.map((one) => withEvidence(deps, tag, one)));
  const whole = { ...result, scenarios };
  const at = reportPrefix(settings.prefix, tag);
  await store.put(`${at}report.json`, jsonReport(whole), { contentType: 'application/json' });
  await store.put(`${at}report.xml`, junitXml(whole), { contentType: 'application/xml' });
  await store.put(`${at}report.html`, htmlPage(whole), { contentType: 'text/html; charset=utf-8' });
  await removeOldReports(deps);
}

/** The steps are those that the suite knows; what was kept of one that is not its own is left out. */
async function withEvidence({ store, settings }: Deps, tag: string, known: ScenarioResult): Promise<ScenarioResult> {
  const kept = await keptSteps(store, resultKey(settings.prefix, tag, known.name));
  const steps = known.steps.map((step): StepResult => {
    const evidence = kept.find(({ name, outcome }) => name === step.name && outcome === step.outcome)?.evidence;
    return evidence === undefined ? step : { ...step, evidence };
  });
  return { ...known, steps };
}

async function keptSteps(store: Deps['store'], key: string): Promise<StepResult[]> {
  try {
    const found: unknown = JSON.parse((await store.getRange(key, 0, RESULT_BYTES)).toString('utf8'));
    const steps = (found as Partial<ScenarioResult> | null)?.steps;
    return Array.isArray(steps) ? steps.filter(isStep) : [];
  } catch {
    return [];
  }
}

function isStep(value: unknown): value is StepResult {
  const { name, evidence } = (value ?? {}) as Partial<StepResult>;
  const pieces = evidence ?? [];
  const whole =
    Array.isArray(pieces) && pieces.every((one) => typeof one?.name === 'string' && typeof one.text === 'string');
  return typeof name === 'string' && whole;
}
