import { type ScenarioResult, type SuiteResult, UNDO_STEP } from '../../contract';

export function seconds(value: number): string {
  if (value < 59.95) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export const dollars = (value: number): string => `$${value.toFixed(value !== 0 && Math.abs(value) < 0.01 ? 4 : 2)}`;

/** `1 failed, 8 passed, 1 skipped`, without what there is none of. */
export function counted(scenarios: readonly ScenarioResult[]): string {
  const count = (which: ScenarioResult['outcome']): string[] => {
    const many = scenarios.filter(({ outcome }) => outcome === which).length;
    return many === 0 ? [] : [`${many} ${which}`];
  };
  return [...count('failed'), ...count('passed'), ...count('skipped')].join(', ') || 'no scenario';
}

/** The steps that failed first, one of each scenario, in one line each: what a message to people is made of. */
export function firstFailures({ scenarios }: Pick<SuiteResult, 'scenarios'>): string[] {
  return scenarios.flatMap(({ name, steps }) => {
    const step = steps.find(({ outcome }) => outcome === 'failed');
    return step ? [`${name}: ${step.name}: ${step.error?.message ?? 'failed'}`] : [];
  });
}

/** Whether a scenario was not tried at all, and the reason that its first step has. */
export function whySkipped({ outcome, steps }: ScenarioResult): string | undefined {
  if (outcome !== 'skipped') return undefined;
  return steps.find((step) => step.outcome === 'skipped' && step.name !== UNDO_STEP)?.error?.message;
}

/** How long a suite took, seconds; undefined: it does not say when it began and ended. */
export function tookSeconds({ startedAt, endedAt }: SuiteResult): number | undefined {
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

/** Where it ran: `aws eu-central-1, installation default`. */
export const where = ({ cloud, region, installation }: SuiteResult): string =>
  [
    [cloud === 'local' ? 'local cloud' : cloud, region].filter(Boolean).join(' '),
    installation && `installation ${installation}`,
  ]
    .filter(Boolean)
    .join(', ');
