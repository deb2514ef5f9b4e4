import {
  CancellationScope,
  defineQuery,
  defineSignal,
  setDefaultSignalHandler,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  readStepNews,
  type ScenarioResult,
  type ScenarioStatus,
  SUITE_MESSAGES,
  type SuitePlan,
  type SuiteRef,
  type SuiteStatus,
} from '../../contract';
import { setPage } from '../pages';
import { iso } from '../rules/texts';
import { noSuchSignal } from '../rules/unknown-signals';
import { KEYS } from './attributes';
import { suitePage } from './page';
import { hearWaits } from './waits';

type Planned = Extract<SuitePlan, { kind: 'ok' }>;

const WARNINGS = 10;

/** What a suite knows, and what people see of it. */
export class Suite {
  readonly status: SuiteStatus;
  /** Cancelled when the suite is: all that it has begun runs in it. */
  readonly begun = new CancellationScope();
  cancelled = false;
  /** Whether some were not begun for want of money. */
  refused = false;
  webhook = false;
  /** Nothing is waited for any more. */
  private over = false;
  plan: Planned | undefined;
  /** Its Schedule, if that was paused for its failure and those before. */
  pausedSchedule: string | undefined;

  constructor() {
    const { workflowId, startTime } = workflowInfo();
    this.status = {
      suite: workflowId,
      phase: 'planning',
      startedAt: iso(startTime.getTime()),
      estimateUsd: 0,
      costUsd: 0,
      scenarios: [],
      leftovers: [],
      warnings: [],
    };
  }

  get planned(): Planned {
    if (!this.plan) throw new Error('the suite has no plan yet');
    return this.plan;
  }

  get ref(): SuiteRef {
    return this.planned.suite;
  }

  get results(): ScenarioResult[] {
    return this.status.scenarios.flatMap(({ result }) => result ?? []);
  }

  take(plan: Planned): void {
    this.plan = plan;
    delete this.status.waits;
    const { suite, options, scenarios, cloud, region } = plan;
    const estimateUsd = scenarios.reduce((sum, one) => sum + one.estimateUsd, 0);
    const waiting = scenarios.map((one): ScenarioStatus => ({ ...one, phase: 'waiting', steps: [] }));
    const { tag, installation } = suite;
    Object.assign(this.status, { phase: 'running', tag, installation, options, cloud, region, estimateUsd });
    this.status.scenarios = waiting;
    const { runKey, name, project } = KEYS;
    upsertSearchAttributes([
      { key: runKey, value: suite.suiteKey },
      { key: name, value: 'e2e' },
      { key: project, value: tag },
      { key: KEYS.phase, value: 'running' },
    ]);
  }

  /** A scenario has come to its end, or will never begin. */
  ended(entry: ScenarioStatus, phase: 'ended' | 'not-started', result: ScenarioResult): void {
    delete entry.step;
    delete entry.waits;
    Object.assign(entry, { phase, result });
    entry.steps = result.steps.map(({ name, outcome, seconds }) => ({ name, outcome, seconds }));
    this.status.costUsd = this.results.reduce((sum, one) => sum + one.costUsd, 0);
    upsertSearchAttributes([{ key: KEYS.costUsd, value: this.status.costUsd }]);
  }

  /** The last word to Temporal's lists. */
  publish(outcome: string): void {
    this.over = true;
    delete this.status.waits;
    upsertSearchAttributes([
      { key: KEYS.phase, value: 'ended' },
      { key: KEYS.outcome, value: outcome },
      { key: KEYS.costUsd, value: this.status.costUsd },
      { key: KEYS.cleanupPending, value: this.status.leftovers.length > 0 },
    ]);
  }

  warn(text: string): void {
    if (this.status.warnings.length < WARNINGS) this.status.warnings.push(text);
  }

  /** Sets every handler, and the page; called before the first await. None throws, whatever it is sent. */
  answer(): void {
    setPage({ details: () => suitePage(this.status), live: () => undefined });
    setHandler(defineQuery<SuiteStatus>(SUITE_MESSAGES.status), () => this.status, {
      description: 'Where the suite is, with all scenarios',
    });
    setHandler(defineSignal<[unknown]>(SUITE_MESSAGES.step), (said) => this.hear(said), {
      description: 'Not for people: what the workers tell of a step',
    });
    hearWaits((scenario) => (scenario === undefined ? this.waiting() : this.underWay(scenario)));
    setDefaultSignalHandler((name) => this.warn(noSuchSignal(name, [])));
    CancellationScope.current().cancelRequested.catch(() => {
      this.cancelled = true;
      this.status.cancelling = true;
      this.begun.cancel();
    });
  }

  private waiting(): SuiteStatus | undefined {
    return this.over ? undefined : this.status;
  }

  private underWay(scenario: string): ScenarioStatus | undefined {
    const entry = this.status.scenarios.find(({ name }) => name === scenario);
    return entry?.phase === 'running' || entry?.phase === 'undoing' ? entry : undefined;
  }

  private hear(said: unknown): void {
    const news = readStepNews(said);
    const entry = this.status.scenarios.find(({ name }) => name === news?.scenario);
    if (!news || entry?.phase !== 'running') return;
    entry.steps = news.steps;
    delete entry.waits;
    if (news.step === undefined) delete entry.step;
    else entry.step = news.step;
  }
}
