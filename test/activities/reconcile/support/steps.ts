import { MockActivityEnvironment } from '@temporalio/testing';
import type { Runs } from '../../../../activities';
import { createEndResources, type EndOptions } from '../../../../activities/reconcile/end-resources';
import { createSurveyResources } from '../../../../activities/reconcile/survey-resources';
import { type EndArgs, type EndDone, nodeTags, type RunState, type Survey } from '../../../../contract';
import { fakeDeps, NODE, RUN } from '../../support/ec2/deps';
import type { FakeEc2 } from '../../support/ec2/fake-ec2';
import { MemoryStore } from '../../support/memory-store';

/** Tags of a run's host. */
export const TAGGED = nodeTags(NODE, 'demo');

/** Runs as Temporal tells them; closed when nothing else is said. */
export class FakeRuns implements Runs {
  readonly asked: string[] = [];
  constructor(readonly states: Record<string, RunState> = {}) {}
  async stateOf(run: string): Promise<RunState> {
    this.asked.push(run);
    return this.states[run] ?? { kind: 'closed' };
  }
}

/** One survey. */
export async function survey(ec2: FakeEc2, runs: Runs = new FakeRuns()): Promise<Survey> {
  const deps = fakeDeps({ ec2, settings: { installation: RUN.installation } });
  return new MockActivityEnvironment()
    .run<[], Survey, () => Promise<Survey>>(createSurveyResources(deps, runs))
    .finally(() => deps.close());
}

/** One call that ends what nobody owns of the run. */
export async function end(
  ec2: FakeEc2,
  runs: Runs = new FakeRuns(),
  options: EndOptions = {},
  store = new MemoryStore(),
): Promise<EndDone> {
  const deps = { ...fakeDeps({ ec2, settings: { installation: RUN.installation } }), store };
  const args = { run: RUN.workflowId, regions: ['us-east-1'] };
  return new MockActivityEnvironment()
    .run<[EndArgs], EndDone, (args: EndArgs) => Promise<EndDone>>(createEndResources(deps, runs, options), args)
    .finally(() => deps.close());
}
