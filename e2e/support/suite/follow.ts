import { setTimeout as sleep } from 'node:timers/promises';
import type { SuiteHandle, TrainctlClient } from '../../../client';
import type { ScenarioStatus, SuiteStatus } from '../../../contract';
import type { OwnStack } from '../own-stack';

/** Waits for what a suite says of itself. */
export async function suiteWhere(handle: SuiteHandle, holds: (status: SuiteStatus) => boolean): Promise<SuiteStatus> {
  for await (const status of handle.follow()) if (holds(status)) return status;
  throw new Error(`${handle.suite} ended before: ${JSON.stringify(await handle.result().catch(String))}`);
}

/** Waits until a scenario of a suite has something alive in EC2, and answers it: it is in the middle of something. */
export async function inTheMiddle(stack: OwnStack, handle: SuiteHandle): Promise<ScenarioStatus> {
  const { tag = '' } = await suiteWhere(handle, ({ scenarios }) => scenarios[0]?.phase === 'running');
  const alive = async (): Promise<boolean> => {
    const { instances } = await stack.local<{ instances: { state: string; tags: Record<string, string> }[] }>(
      'GET',
      'state',
    );
    return instances.some(({ state, tags }) => state === 'running' && tags['trainctl:project'] === tag);
  };
  while (!(await alive())) await sleep(300);
  const [first] = (await suiteWhere(handle, ({ scenarios }) => scenarios[0]?.step !== undefined)).scenarios;
  if (!first) throw new Error('the suite has no scenario');
  return first;
}

/** How Temporal shows a workflow to have ended; waits for it. */
export async function endOf({ temporal }: TrainctlClient, workflowId: string): Promise<string> {
  const handle = temporal.workflow.getHandle(workflowId);
  await handle.result().catch(() => undefined);
  return (await handle.describe()).status.name;
}
