import type { WorkflowHandle } from '@temporalio/client';
import { SCENARIO_TYPE, type ScenarioArgs, SUITE_TYPE, suiteTagOf, TASK_QUEUES } from '../../contract';
import { failedIn, ModelledSuite, passed, plan } from './e2e-suite/modelled';
import { recordShapes } from './support/histories';
import type { Stage } from './support/stage';

/** Starts a suite whose worker is modelled so. */
function suiteOf(
  stage: Stage,
  workflowId: string,
  input: object,
  model: Partial<ModelledSuite> = {},
): Promise<WorkflowHandle> {
  stage.suite = Object.assign(new ModelledSuite(), model);
  return stage.env.client.workflow.start(SUITE_TYPE, { taskQueue: TASK_QUEUES.main, workflowId, args: [input] });
}

const KEY = '0123456789abcdef';

/** See {@link recordShapes}. */
recordShapes({
  /** Two side by side, and one after them. */
  async suite(stage, _world, shape) {
    const plans = [plan('one'), plan('two'), plan('sweep', 0, { last: true })];
    const handle = await suiteOf(stage, shape, {}, { plans });
    expect(await handle.result()).toMatchObject({ outcome: 'passed' });
    return handle;
  },

  /** One has failed, one was not begun, and the webhook is told. */
  async 'suite-failed'(stage, _world, shape) {
    const plans = [plan('one'), plan('two', 9), plan('three')];
    const handle = await suiteOf(
      stage,
      shape,
      { parallel: 1 },
      { plans, webhook: true, run: async (name) => failedIn(name, 'second') },
    );
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'failed' } });
    return handle;
  },

  async 'suite-cancelled'(stage, _world, shape) {
    let begun = (): void => undefined;
    const under = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const run = async (name: string) => {
      begun();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return passed(name);
    };
    const handle = await suiteOf(stage, shape, { parallel: 1 }, { run });
    await under;
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    return handle;
  },

  async 'suite-invalid'(stage, _world, shape) {
    const handle = await suiteOf(stage, shape, { only: ['x'] });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'invalid' } });
    return handle;
  },

  /** The workflow of a scenario. */
  async 'suite-scenario'(stage, _world, shape) {
    stage.suite = new ModelledSuite();
    const suite = {
      workflowId: 'suite',
      runId: 'r',
      suiteKey: KEY,
      tag: suiteTagOf(KEY),
      installation: 'test',
      namespaceId: 'ns',
    };
    const args: ScenarioArgs = { suite, plan: plan('one'), budgetUsd: 1 };
    const handle = await stage.env.client.workflow.start(SCENARIO_TYPE, {
      taskQueue: TASK_QUEUES.main,
      workflowId: shape,
      args: [args],
    });
    expect(await handle.result()).toMatchObject({ outcome: 'passed' });
    return handle;
  },
});
