import { proxyActivities } from '@temporalio/workflow';
import { type SuperviseArgs, type SuperviseResult, TASK_QUEUES, type TrainingActivities } from '../../../contract';

const { supervise } = proxyActivities<Pick<TrainingActivities, 'supervise'>>({
  taskQueue: TASK_QUEUES.supervise,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '2 minutes',
  // Too long to be waited for: a hand-over sets a delay of its own.
  retry: { initialInterval: '1 hour' },
});

/** One supervision and nothing else. */
export function superviseOnce(args: SuperviseArgs): Promise<SuperviseResult> {
  return supervise(args);
}
