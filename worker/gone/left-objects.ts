import type { Client } from '@temporalio/client';
import type { ObjectStore } from '../../adapters/aws';
import { isMadeSuiteTag, runPrefix, WORKFLOW_TYPE } from '../../contract';

/** What is younger may belong to a suite that goes on, in whatever process. Milliseconds. */
const YOUNG_MS = 6 * 3_600_000;
/** How far back runs are looked at: a worker that is there sees each within an hour of its sixth. Milliseconds. */
const BACK_MS = 7 * 24 * 3_600_000;

/** A scenario of a suite that is no more, and of which S3 has objects. */
export interface LeftScenario {
  tag: string;
  /** Of a suite that was a workflow, its key. */
  suiteKey: string;
  scenario: string;
}

export interface LeftIn {
  client: Pick<Client, 'workflow'>;
  store: Pick<ObjectStore, 'list'>;
  /** Of the installation. */
  prefix: string;
  /** The task queue of its runs. */
  queue: string;
  /** Names of the scenarios that there are: nothing else is a suite's. */
  scenarios: readonly string[];
}

/**
 * Whoever runs scenarios without a workflow of the suite (jest) and is killed leaves objects to nobody. They are found by where scenarios
 * put theirs, and by the runs that they have started, if those have the id and the project that the frame gives. Neither tells anything
 * of a suite of which an object or a run is young, or a run is open.
 */
export class LeftObjects {
  /** Executions of runs of which S3 had nothing. */
  readonly #clean = new Map<string, number>();

  constructor(private readonly of: LeftIn) {}

  async find(now: number): Promise<LeftScenario[]> {
    const { left, young } = await this.#byPlace(now);
    for (const one of await this.#byRun(now)) left.set(nameOf(one), one);
    const quiet = new Map<string, boolean>();
    for (const { tag } of left.values())
      if (!quiet.has(tag)) quiet.set(tag, !young.has(tag) && (await this.#isQuiet(tag, now)));
    return [...left.values()].filter(({ tag }) => quiet.get(tag));
  }

  /** `young`: tags of suites that have written a moment ago, whatever of theirs is old. */
  async #byPlace(now: number): Promise<{ left: Map<string, LeftScenario>; young: Set<string> }> {
    const folder = `${this.of.prefix}e2e/`;
    const left = new Map<string, LeftScenario>();
    const young = new Set<string>();
    for await (const { key, modifiedAt } of this.of.store.list(folder)) {
      const [tag = '', scenario = ''] = key.slice(folder.length).split('/');
      if (now - modifiedAt <= YOUNG_MS) young.add(tag);
      if (!this.#isScenario(tag, scenario)) continue;
      const one = leftOf(tag, scenario);
      left.set(nameOf(one), one);
    }
    return { left, young };
  }

  async #byRun(now: number): Promise<LeftScenario[]> {
    const [from, to] = [now - BACK_MS, now - YOUNG_MS].map((at) => new Date(at).toISOString());
    const query = `WorkflowType = "${WORKFLOW_TYPE}" AND TaskQueue = "${this.of.queue}" AND WorkflowId STARTS_WITH "e2e-" AND CloseTime > "${from}" AND CloseTime < "${to}"`;
    for (const [runId, at] of this.#clean) if (now - at > BACK_MS) this.#clean.delete(runId);
    const left: LeftScenario[] = [];
    for await (const { workflowId, runId, searchAttributes } of this.of.client.workflow.list({ query })) {
      if (this.#clean.has(runId)) continue;
      const [, tag = '', scenario = ''] = /^([^.]+)\.([^.]+)\.\d+$/.exec(workflowId) ?? [];
      const runKey: unknown = searchAttributes.TrainctlRunKey?.[0];
      // Somebody may call a run of his own so; the project is the suite's, too.
      const isOwn = this.#isScenario(tag, scenario) && searchAttributes.TrainctlProject?.[0] === tag;
      if (isOwn && typeof runKey === 'string' && runKey !== '' && (await this.#hasObjects(runKey)))
        left.push(leftOf(tag, scenario));
      else this.#clean.set(runId, now);
    }
    return left;
  }

  #isScenario(tag: string, scenario: string): boolean {
    return isMadeSuiteTag(tag) && this.of.scenarios.includes(scenario);
  }

  async #hasObjects(runKey: string): Promise<boolean> {
    for await (const _ of this.of.store.list(runPrefix(this.of.prefix, runKey))) return true;
    return false;
  }

  async #isQuiet(tag: string, now: number): Promise<boolean> {
    const since = new Date(now - YOUNG_MS).toISOString();
    const query = `WorkflowId STARTS_WITH "${tag}." AND (ExecutionStatus = "Running" OR CloseTime > "${since}")`;
    return (await this.of.client.workflow.count(query)).count === 0;
  }
}

const nameOf = ({ tag, scenario }: LeftScenario): string => `${tag} ${scenario}`;

const leftOf = (tag: string, scenario: string): LeftScenario => ({
  tag,
  scenario,
  suiteKey: tag.replace(/^e2e-(s-)?/, ''),
});
