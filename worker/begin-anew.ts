import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { accountOf, changeInstallation, installationOf, type Refusal, recordOf } from '../adapters/installation';
import { queuesOf, type Settings, WORKFLOW_TYPE } from '../contract';

/** What of a local stack may be lost with its files: the access key of its cloud, and its secret. Anything else is a setting. */
const IN_FILES: ReadonlySet<string> = new Set(['account', 'secret']);

/** Why runs are ended that nothing can serve any more. */
const REASON = 'files of its local stack were lost, and nothing can serve it any more: trainctl stack up --replace';

/** Whether a refusal comes of files that a local stack has lost. */
export const isOfLostFiles = ({ cloud }: Settings, { differs }: Refusal): boolean =>
  cloud === 'local' && differs.every(({ part }) => IN_FILES.has(part));

/**
 * Makes a local stack one again that has lost its secret, its cloud, or what Temporal had recorded: its open runs are ended, since
 * their steps belong to what was, and what is there now is recorded. Instances that are left are ended by the reconciler.
 */
export async function beginAnew(client: Client, settings: Settings, secret: Buffer, log: Logger): Promise<void> {
  const { installation: name } = settings;
  const open = `WorkflowType = "${WORKFLOW_TYPE}" AND ExecutionStatus = "Running" AND TaskQueue = "${queuesOf(name).main}"`;
  const ended: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: open })) {
    await client.workflow.getHandle(workflowId, runId).terminate(REASON);
    ended.push(workflowId);
  }
  const account = await accountOf(settings);
  const own = installationOf(settings, secret);
  const record = recordOf(account === undefined ? own : { ...own, account }, settings);
  await changeInstallation(client, name, () => record, 'replace');
  log.warn({ ended, installation: name }, 'files of this local stack were lost: it is recorded anew');
}
