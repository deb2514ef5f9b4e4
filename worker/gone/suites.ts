import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import {
  GRPC,
  queuesOf,
  readScenarioArgs,
  reconcileSchedule,
  SCENARIO_TYPE,
  type ScenarioArgs,
  SUITE_TYPE,
  type SuiteRef,
  suiteOfRun,
  WORKFLOW_TYPE,
} from '../../contract';
import { grpcCode } from '../temporal/namespace';
import type { LeftObjects } from './left-objects';
import { LIST_MS } from './runs';

/** How far back a look goes: a night without a worker, or with a reconciler that is paused. Milliseconds. */
const BACK_MS = 24 * 3_600_000;
/** Lists are late: of a suite that is in none, a run has to be so old. Milliseconds. */
const MIN_AGE_MS = 600_000;
/** An undo is given up after two hours; what is left then is in its result. */
const UNDO_TIMEOUT = '150 minutes';

/** Between two looks at what is left in S3, which are long lists. Milliseconds. */
const OBJECTS_MS = 3_600_000;

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Whose suites these are. */
export type SuiteOwner = Required<Pick<SuiteRef, 'installation' | 'namespaceId' | 'installationKey'>>;

type Orphan = Pick<ScenarioArgs, 'suite'> & {
  scenario: string;
  again: boolean;
  /** The execution that Temporal has ended. */
  runId?: string;
};

/**
 * A scenario that Temporal has ended (terminated, timed out) takes nothing away; a suite that is open sees that and does it, and a suite
 * that is gone cannot. And a run that a suite has started outlives none: the id of the run says which suite. What nobody else will take
 * away is taken away by a workflow of its own, from tag and name alone. So are, hours later, objects of a suite that was no workflow.
 */
export class GoneSuites {
  /** Executions of scenarios that are undone, or are being, or are none; and since when that is known. */
  readonly #seen = new Map<string, number>();
  readonly #queue: string;
  #timer: NodeJS.Timeout | undefined;
  #objectsAt: number | undefined;

  constructor(
    private readonly client: Client,
    private readonly owner: SuiteOwner,
    private readonly log: Log,
    private readonly now: () => number = Date.now,
    private readonly left?: Pick<LeftObjects, 'find'>,
  ) {
    this.#queue = queuesOf(owner.installation).main;
  }

  start(everyMs = LIST_MS): void {
    const turn = async (): Promise<void> => {
      // Whoever lists runs says that Temporal is silent.
      await this.look().catch(() => undefined);
      if (this.#timer) this.#timer = setTimeout(() => void turn(), everyMs);
    };
    this.#timer = setTimeout(() => void turn(), 0);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async look(): Promise<void> {
    // A list that a server refuses keeps nothing from what the other says.
    const looks = await Promise.allSettled([this.#endedScenarios(), this.#orphanedRuns()]);
    await this.#undoAll(looks);
    // Objects come last: what costs more waits for no long list of S3, nor for one that is away.
    const objects = await Promise.allSettled([this.#leftObjects()]);
    await this.#undoAll(objects);
    for (const one of [...looks, ...objects]) if (one.status === 'rejected') throw one.reason;
  }

  async #undoAll(looks: readonly PromiseSettledResult<Orphan[]>[]): Promise<void> {
    const orphans = looks.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    // Whoever has paused the reconciler wants nothing to be ended.
    if (orphans.length > 0 && !(await this.#paused())) for (const orphan of orphans) await this.#undo(orphan);
  }

  /** Scenarios that Temporal has ended lately, and whose suite is closed, too. */
  async #endedScenarios(): Promise<Orphan[]> {
    const since = new Date(this.now() - BACK_MS).toISOString();
    const query = `WorkflowType = "${SCENARIO_TYPE}" AND ExecutionStatus IN ("Terminated", "TimedOut") AND TaskQueue = "${this.#queue}" AND CloseTime > "${since}"`;
    const orphans: Orphan[] = [];
    for (const [runId, at] of this.#seen) if (this.now() - at > 2 * BACK_MS) this.#seen.delete(runId);
    for await (const { runId, memo } of this.client.workflow.list({ query })) {
      if (this.#seen.has(runId)) continue;
      const { suite, scenario } = memo ?? {};
      const args = readScenarioArgs({ suite, plan: planOf(String(scenario)) });
      if (args && (await this.#isOpen(args.suite))) continue;
      if (args) orphans.push({ suite: args.suite, scenario: args.plan.name, again: false, runId });
      else this.#seen.set(runId, this.now());
    }
    return orphans;
  }

  /** Open runs whose suite has closed, or is not known any more. */
  async #orphanedRuns(): Promise<Orphan[]> {
    const query = `WorkflowType = "${WORKFLOW_TYPE}" AND ExecutionStatus = "Running" AND TaskQueue = "${this.#queue}" AND WorkflowId STARTS_WITH "e2e-s-"`;
    const groups = new Map<string, { of: NonNullable<ReturnType<typeof suiteOfRun>>; oldest: number }>();
    for await (const { workflowId, startTime } of this.client.workflow.list({ query })) {
      const of = suiteOfRun(workflowId);
      if (!of) continue;
      const name = `${of.tag} ${of.scenario}`;
      const oldest = Math.min(startTime.getTime(), groups.get(name)?.oldest ?? Number.POSITIVE_INFINITY);
      groups.set(name, { of, oldest });
    }
    const orphans: Orphan[] = [];
    for (const { of, oldest } of groups.values()) {
      const suite = await this.#suiteOf(of);
      const known = suite.workflowId !== '';
      if (known ? await this.#isOpen(suite) : this.now() - oldest < MIN_AGE_MS) continue;
      if (await this.#undoes(of)) continue;
      orphans.push({
        suite: known ? suite : { ...suite, workflowId: of.tag, runId: of.tag },
        scenario: of.scenario,
        again: true,
      });
    }
    return orphans;
  }

  /** Scenarios that nobody runs any more, and of which S3 still has objects. */
  async #leftObjects(): Promise<Orphan[]> {
    const now = this.now();
    if (!this.left || (this.#objectsAt !== undefined && now - this.#objectsAt < OBJECTS_MS)) return [];
    this.#objectsAt = now;
    const orphans: Orphan[] = [];
    for (const of of await this.left.find(now)) {
      const suite = await this.#suiteOf(of);
      const known = suite.workflowId !== '';
      if ((known && (await this.#isOpen(suite))) || (await this.#undoes(of))) continue;
      const { tag, scenario } = of;
      // Also where it was undone before: these are there, and have come since.
      orphans.push({ suite: known ? suite : { ...suite, workflowId: tag, runId: tag }, scenario, again: true });
    }
    return orphans;
  }

  /** Who a run's suite is, by its key; an empty id when no list has it. */
  async #suiteOf({ tag, suiteKey }: { tag: string; suiteKey: string }): Promise<SuiteRef> {
    const query = `WorkflowType = "${SUITE_TYPE}" AND TrainctlRunKey = "${suiteKey}"`;
    const ref = { ...this.owner, tag, suiteKey, workflowId: '', runId: '' };
    for await (const { workflowId, runId } of this.client.workflow.list({ query, pageSize: 1 }))
      return { ...ref, workflowId, runId };
    return ref;
  }

  /** Whether the scenario's own workflow is open: it takes away what it has made. */
  async #undoes({ suiteKey, scenario }: { suiteKey: string; scenario: string }): Promise<boolean> {
    const query = `WorkflowType = "${SCENARIO_TYPE}" AND ExecutionStatus = "Running" AND TrainctlRunKey = "${suiteKey}" AND TrainctlName = "${scenario}"`;
    for await (const execution of this.client.workflow.list({ query, pageSize: 5 }))
      if (await this.#isOpen(execution)) return true;
    return false;
  }

  async #isOpen({ workflowId, runId }: { workflowId: string; runId: string }): Promise<boolean> {
    try {
      return (await this.client.workflow.getHandle(workflowId, runId).describe()).closeTime === undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound) return false;
      throw error;
    }
  }

  async #undo({ suite, scenario, again, runId }: Orphan): Promise<void> {
    const seen = (): void => void (runId === undefined || this.#seen.set(runId, this.now()));
    const args: ScenarioArgs = { suite, plan: planOf(scenario), budgetUsd: 0, undoOnly: true };
    try {
      await this.client.workflow.start(SCENARIO_TYPE, {
        workflowId: `${reconcileSchedule(this.owner.installation)}-${suite.suiteKey}-${scenario}`,
        taskQueue: this.#queue,
        args: [args],
        workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'FAIL',
        workflowExecutionTimeout: UNDO_TIMEOUT,
        memo: { suite, scenario },
        staticSummary: 'reconcile: what a suite has left that Temporal has ended',
      });
      seen();
      this.log.info({ suite: suite.workflowId, scenario }, 'a suite is gone: what its scenario has left is taken away');
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return seen();
      this.log.warn(
        { suite: suite.workflowId, scenario, error: String(error) },
        'what a suite has left is not taken away yet',
      );
    }
  }

  async #paused(): Promise<boolean> {
    try {
      const { installation } = this.owner;
      return (await this.client.schedule.getHandle(reconcileSchedule(installation)).describe()).state.paused;
    } catch {
      // A worker that may ask for no schedules, or whose schedule was deleted.
      return false;
    }
  }
}

const planOf = (name: string): ScenarioArgs['plan'] => ({ name, shows: '', creates: [], minutes: 0, estimateUsd: 0 });
