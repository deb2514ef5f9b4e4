import { log, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { markdownText, NOTIFY_TYPE, type SuiteOutcome, shownId, type WebhookMessage } from '../../contract';
import { firstFailure } from '../rules/suite';
import { iso, shorten } from '../rules/texts';
import { rootMessage } from './failures';
import type { Suite } from './suite';

/** One message, when the suite has ended; waits until Temporal has taken it, never for its delivery. */
export async function tellEnd(suite: Suite, outcome: SuiteOutcome | 'invalid', reason: string): Promise<void> {
  const notify = suite.plan?.options.notify ?? 'failure';
  if (!suite.webhook || notify === 'never' || (outcome === 'passed' && notify !== 'always')) return;
  const { suite: run, installation, cloud, region, startedAt, costUsd, leftovers } = suite.status;
  const first = firstFailure(suite.results);
  const { plan } = suite;
  const message: WebhookMessage = {
    event: 'suite-ended',
    run,
    at: iso(Date.now()),
    outcome,
    reason: shorten(reason, 1000),
    ...(first ? { scenario: first.scenario, step: shorten(first.step, 200) } : {}),
    ...(plan?.link === undefined ? {} : { link: plan.link }),
    costUsd,
    seconds: (Date.now() - Date.parse(startedAt)) / 1000,
    leftovers: leftovers.length,
    ...(installation === undefined ? {} : { installation }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(region === undefined ? {} : { region }),
  };
  try {
    await startChild(NOTIFY_TYPE, {
      workflowId: `trainctl-notify-${workflowInfo().runId}-1`,
      taskQueue: workflowInfo().taskQueue,
      args: [message],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowExecutionTimeout: '1 hour',
      staticSummary: markdownText(`webhook: ${outcome} of ${shownId(run)}`, 60),
    });
  } catch (error) {
    log.warn(`webhook not told that the suite is ${outcome}: ${rootMessage(error)}`);
  }
}
