import type { FakeInstance, FakeWorld } from '../support/fake-world';
import type { Ended } from '../support/outcome';
import type { RunPlan } from './plan';

/** How a run closed, with its length by the server's clock and history. */
export interface Closed extends Ended {
  seconds: number;
  events: number;
  /** Arbitrary ones that it was sent. */
  messages: number;
}

/** What became of one run, by the world rather than by its own word. */
export interface RunRecord {
  id: string;
  outcome: string;
  seconds: number;
  events: number;
  messages: number;
  attempts: number;
  /** Instances that still cost money. */
  leftovers: string[];
  /** Two trainings of one run at the same time, or a restore beside one. */
  doubleStarts: string[];
  /** Steps that were done and had to be done again. */
  lostSteps: number;
  interruptions: number;
  problems: string[];
}

export function judgeRun(plan: RunPlan, world: FakeWorld, closed: Closed): RunRecord {
  const { outcome, words, seconds, events, messages } = closed;
  const leftovers = world.alive().map((i) => `${i.id} of attempt ${i.attempt}`);
  const doubleStarts = [...world.breaches, ...trainedTwice(world.instances)];
  const problems = [
    ...(plan.allowed.some((o) => o === outcome)
      ? []
      : [`ended as ${outcome} (${words}), not as ${plan.allowed.join(' or ')}`]),
    ...(leftovers.length > 0 ? [`left over: ${leftovers.join(', ')}`] : []),
    ...doubleStarts,
    ...(closed.result && closed.result.leftovers !== 0 ? [`says that ${closed.result.leftovers} are left`] : []),
  ];
  return {
    id: plan.id,
    outcome,
    seconds,
    events,
    messages,
    attempts: Math.max(0, ...world.instances.map((i) => i.attempt)),
    leftovers,
    doubleStarts,
    lostSteps: lostSteps(world.instances),
    interruptions: closed.result?.interruptions ?? 0,
    problems,
  };
}

/** More than one instance of one attempt has trained. */
function trainedTwice(instances: readonly FakeInstance[]): string[] {
  const trained = instances.filter((i) => i.trainingSince !== undefined).map((i) => i.attempt);
  return [...new Set(trained)]
    .filter((attempt) => trained.filter((a) => a === attempt).length > 1)
    .map((attempt) => `two instances of attempt ${attempt} have trained`);
}

/** For each attempt that trained: how far all before it had come, less where it began. */
function lostSteps(instances: readonly FakeInstance[]): number {
  const trained = instances
    .filter((i) => i.trainingSince !== undefined)
    .sort((a, b) => (a.trainingSince ?? 0) - (b.trainingSince ?? 0));
  let lost = 0;
  let reached = 0;
  for (const instance of trained) {
    lost += Math.max(0, reached - instance.resumedFrom);
    reached = Math.max(reached, instance.stepAt(Number.POSITIVE_INFINITY));
  }
  return lost;
}
