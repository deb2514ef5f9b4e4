import { proxyActivities } from '@temporalio/workflow';
import { type ReconcileActivities, shownId } from '../../contract';
import { fitBytes } from '../rules/texts';

/** Three tries: a pass that cannot look fails, and the next one begins within five minutes. */
export const { surveyResources } = proxyActivities<Pick<ReconcileActivities, 'surveyResources'>>({
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 4, maximumAttempts: 3 },
  summary: 'what carries the tags of this installation, and who owns it',
});

const ending = proxyActivities<Pick<ReconcileActivities, 'endResources'>>;

/** One workflow id's share of the work; without regions, in all of the installation. */
export function endResources(run: string, regions?: string[]): ReturnType<ReconcileActivities['endResources']> {
  return ending({
    startToCloseTimeout: '3 minutes',
    scheduleToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 4, maximumAttempts: 3 },
    // One short line for people.
    summary: fitBytes(`end what nobody owns of ${shownId(run)}`, 300),
  }).endResources({ run, ...(regions && { regions }) });
}
