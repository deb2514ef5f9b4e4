import type { Client } from '@temporalio/client';
import type { Ec2, ObjectStore } from '../../../adapters/aws';
import { TrainctlClient } from '../../../client';
import type { Leftover, ScenarioPlan, ScenarioResult, Settings } from '../../../contract';
import type { Scenario } from '../scenario';
import type { OnWait } from './clock';
import { type ContextOptions, RunningContext, undoContext } from './context';
import { leftOfSuite } from './left-of-suite';
import { estimateUsd } from './limits';
import { type Progress, runScenario } from './run-scenario';
import { type Undone, undoScenario } from './undo';

/** For a type without a price in table and settings, dollars an hour: far more than what serves a scenario. */
const UNKNOWN_HOURLY = 1;

export interface RunOptions extends Pick<ContextOptions, 'capUsd' | 'signal' | 'interrupt' | 'onWait'> {
  tag: string;
  onStep(progress: Progress): void;
}

/** What is known of a scenario before it runs, on this installation. */
export function planOf(scenario: Scenario, settings: Pick<Settings, 'prices'>): ScenarioPlan {
  const { name, shows, creates, minutes, instanceHours, last } = scenario;
  const cost = estimateUsd(scenario, settings) ?? instanceHours * UNKNOWN_HOURLY;
  return { name, shows, creates, minutes, estimateUsd: Math.round(cost * 1e6) / 1e6, ...(last ? { last } : {}) };
}

/** Runs scenarios by name for whoever has connections already: a worker. */
export class SuiteRunner {
  private readonly client: TrainctlClient;

  constructor(
    private readonly scenarios: readonly Scenario[],
    readonly settings: Settings,
    temporal: Client,
    store: ObjectStore,
    ec2: Ec2,
  ) {
    this.client = new TrainctlClient(settings, temporal, store, ec2);
  }

  plans(): ScenarioPlan[] {
    return this.scenarios.map((one) => planOf(one, this.settings));
  }

  /** From its first step to its undo. Never throws, unless there is no such scenario. */
  async run(name: string, { tag, onStep, ...more }: RunOptions): Promise<ScenarioResult> {
    const scenario = this.named(name);
    return runScenario(scenario, await RunningContext.make(scenario, { client: this.client, tag, ...more }), onStep);
  }

  /** From tag and name alone; of a scenario that this release does not have, what every one has in common. */
  undo(name: string, tag: string, onWait?: OnWait): Promise<Undone> {
    const scenario: Pick<Scenario, 'name' | 'undo'> = this.scenarios.find((one) => one.name === name) ?? { name };
    return undoScenario(scenario, undoContext(scenario, { client: this.client, tag, ...(onWait && { onWait }) }));
  }

  /** What EC2, S3 and Temporal show of a whole suite. */
  leftovers(tag: string): Promise<Leftover[]> {
    return leftOfSuite({ client: this.client, tag });
  }

  private named(name: string): Scenario {
    const found = this.scenarios.find((one) => one.name === name);
    if (!found) throw new Error(`this worker has no scenario "${name}": is it of another release than the suite?`);
    return found;
  }
}
