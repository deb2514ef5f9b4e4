import { SUITE_TYPE, scenarioRunPrefix, suiteTagOf, TASK_QUEUES } from '../../../contract';
import { deriveRunKey } from '../../../contract/tokens';
import { endOf } from '../../support/outcome';
import { type Cell, MATRIX } from '../plan/cells';
import type { Lane } from '../world/lane';
import { cancelProblems } from './cancel';
import { BOUND, type Story, type World } from './result';

/** One suite with one scenario, whose steps start one run; the fault strikes in the suite, or in its scenario. */
export async function runSuite(cell: Cell, lane: Lane, { cloud, store }: World): Promise<Story> {
  const suite = await lane.client.workflow.start(SUITE_TYPE, {
    taskQueue: TASK_QUEUES.main,
    workflowId: cell.id,
    args: [],
    // One that hangs is closed, and shows by what it leaves.
    workflowExecutionTimeout: BOUND * 1000,
  });
  const { outcome, words } = await endOf(suite);
  const tag = suiteTagOf(deriveRunKey(cell.id, suite.firstExecutionRunId));
  const { historyLength: events } = await suite.describe();
  const run = `${scenarioRunPrefix(tag, MATRIX)}1`;
  const launched = await cloud.launched(run);
  const objects: string[] = [];
  for (const prefix of [`e2e/${tag}/`, ...launched.map(({ runKey }) => `runs/${runKey}/`)])
    for await (const { key } of store.list(prefix)) objects.push(key);
  const attempts = Math.max(0, ...launched.map(({ attempt }) => attempt));
  const began = cell.activity !== 'planSuite' || cell.ending === 'alone';
  const problems = [
    ...(launched.length > attempts ? [`${launched.length} instances for ${attempts} attempts`] : []),
    ...(began && cell.activity !== 'runScenario' && launched.length === 0 ? ['its scenario has launched nothing'] : []),
    ...(await cancelProblems(cell, lane.client.workflow.getHandle(cell.subject))),
  ];
  return { outcome, words, events, attempts, problems, leftovers: [...(await cloud.leftovers(run)), ...objects] };
}
