import { ApplicationFailure } from '@temporalio/common';
import {
  checkSuiteOptions,
  type FailedSchedule,
  type ScenarioPlan,
  type ScenarioResult,
  type SuiteActivities,
  type SuiteRef,
  type SuiteResult,
  suiteTagOf,
  type UndoneScenario,
} from '../../../contract';
import { deriveRunKey } from '../../../contract/tokens';

export const plan = (name: string, estimateUsd = 0.1, more: Partial<ScenarioPlan> = {}): ScenarioPlan => ({
  name,
  shows: `what ${name} shows`,
  creates: ['1 instance'],
  minutes: 2,
  estimateUsd,
  ...more,
});

export const passed = (name: string, costUsd = 0.05): ScenarioResult => ({
  name,
  outcome: 'passed',
  steps: [
    { name: 'first', outcome: 'passed', seconds: 1 },
    { name: 'second', outcome: 'passed', seconds: 2 },
  ],
  seconds: 3,
  costUsd,
  leftovers: [],
});

export const failedIn = (name: string, step: string, message = 'it broke'): ScenarioResult => ({
  ...passed(name),
  outcome: 'failed',
  steps: [
    { name: 'first', outcome: 'passed', seconds: 1 },
    { name: step, outcome: 'failed', seconds: 2, error: { message, expected: 'this', seen: 'that' } },
  ],
});

/** What a worker does for suites, in memory; a test changes what it wants otherwise. */
export class ModelledSuite implements SuiteActivities {
  plans: ScenarioPlan[] = [plan('one'), plan('two'), plan('three')];
  webhook = false;
  link = 'http://ui.test/suite';
  /** In their order of events: `run one`, `undo one`, `count`, `conclude passed`. */
  readonly said: string[] = [];
  readonly budgets: Record<string, number> = {};
  concluded: { suite: SuiteRef; result?: SuiteResult; reason?: string; schedule?: FailedSchedule } | undefined;
  run: (name: string) => Promise<ScenarioResult> = async (name) => passed(name);
  undo: (name: string) => Promise<UndoneScenario> = async () => ({ leftovers: [], costUsd: 0, runs: [] });
  left: string[] = [];
  paused = false;

  planSuite: SuiteActivities['planSuite'] = async ({ input, workflowId, runId }) => {
    const names = this.plans.map(({ name }) => name);
    const { options, faults } = checkSuiteOptions(input, names);
    const webhook = this.webhook ? { webhook: true as const } : {};
    const suiteKey = deriveRunKey(workflowId, runId);
    const suite = { workflowId, runId, suiteKey, tag: suiteTagOf(suiteKey), installation: 'test', namespaceId: 'ns' };
    if (faults.length > 0) return { kind: 'invalid', faults, suite, ...webhook };
    const scenarios = this.plans.filter(({ name }) => options.only.includes(name));
    const { link } = this;
    return {
      kind: 'ok',
      suite,
      options,
      scenarios,
      cloud: 'local',
      region: 'us-east-1',
      report: 's3://b/r/',
      link,
      ...webhook,
    };
  };

  runScenario: SuiteActivities['runScenario'] = ({ scenario, budgetUsd }) => {
    this.said.push(`run ${scenario}`);
    this.budgets[scenario] = budgetUsd;
    return this.run(scenario);
  };

  undoScenario: SuiteActivities['undoScenario'] = ({ scenario }) => {
    this.said.push(`undo ${scenario}`);
    return this.undo(scenario);
  };

  countSuiteLeftovers: SuiteActivities['countSuiteLeftovers'] = async () => {
    this.said.push('count');
    return { leftovers: this.left };
  };

  concludeSuite: SuiteActivities['concludeSuite'] = async (args) => {
    this.said.push(`conclude ${args.result?.outcome ?? 'invalid'}`);
    this.concluded = args;
    return { paused: this.paused };
  };
}

export const broken = (message: string): never => {
  throw ApplicationFailure.create({ type: 'cleanup-pending', message, nonRetryable: true });
};
