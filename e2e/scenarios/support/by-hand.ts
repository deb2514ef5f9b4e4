import { randomUUID } from 'node:crypto';
import { ScheduleNotFoundError } from '@temporalio/client';
import { queuesOf, type Settings, WORKFLOW_TYPE } from '../../../contract';
import type { UndoContext } from '../scenario';

/** As `temporal` and the Temporal UI do it: the calls of the server itself, with an input that is JSON as somebody has typed it. */
type ByHand = Pick<UndoContext, 'temporal'> & { settings: Pick<Settings, 'installation'> };

const typed = (json: string) => ({
  payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(json) }],
});

const workflow = ({ settings }: ByHand, workflowId: string, json: string) => ({
  workflowId,
  workflowType: { name: WORKFLOW_TYPE },
  taskQueue: { name: queuesOf(settings.installation).main },
  input: typed(json),
});

/** `temporal workflow start --type trainingRun --task-queue … --workflow-id … --input …` */
export async function startByHand(by: ByHand, workflowId: string, json: string): Promise<void> {
  const { namespace } = by.temporal.options;
  await by.temporal.workflowService.startWorkflowExecution({
    namespace,
    requestId: randomUUID(),
    ...workflow(by, workflowId, json),
  });
}

/** `temporal schedule create --schedule-id … --cron … --paused --type trainingRun … --input …` */
export async function scheduleByHand(
  by: ByHand,
  scheduleId: string,
  { cron, workflowId, json }: { cron: string; workflowId: string; json: string },
): Promise<void> {
  const { namespace } = by.temporal.options;
  await by.temporal.workflowService.createSchedule({
    namespace,
    scheduleId,
    requestId: randomUUID(),
    schedule: {
      spec: { cronString: [cron] },
      action: { startWorkflow: workflow(by, workflowId, json) },
      state: { paused: true, notes: 'of the end-to-end suite, which removes it' },
    },
  });
}

/** `temporal schedule trigger --schedule-id …` */
export async function triggerByHand({ temporal }: ByHand, scheduleId: string): Promise<void> {
  const { namespace } = temporal.options;
  await temporal.workflowService.patchSchedule({
    namespace,
    scheduleId,
    requestId: randomUUID(),
    patch: { triggerImmediately: {} },
  });
}

/** One that is not there is fine. */
export async function removeSchedule({ temporal }: Pick<UndoContext, 'temporal'>, scheduleId: string): Promise<void> {
  try {
    await temporal.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
