import { randomUUID } from 'node:crypto';
import { createClient } from '../../../client';
import type { RunListEntry, RunStatus } from '../../../contract';
import { TASK_QUEUES, WORKFLOW_TYPE } from '../../../contract';
import { lastJson, succeeded, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { passAlone } from '../../support/stack';

jest.setTimeout(300_000);

const payload = (encoding: string, data: string) => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});

test('a run whose memo nobody can read begins and ends, and keeps no command from showing the others', async () => {
  const run = 'unreadable-memo';
  const client = await createClient();
  try {
    await client.temporal.workflowService.startWorkflowExecution({
      namespace: client.settings.temporal.namespace,
      workflowId: run,
      workflowType: { name: WORKFLOW_TYPE },
      taskQueue: { name: TASK_QUEUES.main },
      requestId: randomUUID(),
      input: { payloads: [payload('json/plain', '{"command": "true"}')] },
      memo: {
        fields: {
          origin: payload('binary/encrypted', 'x'),
          outcome: payload('json/plain', '{'),
          limits: payload('', ''),
        },
      },
    });
  } finally {
    await client.close();
  }
  const status = lastJson<RunStatus>(await trainctl(['status', run, '--wait', '--json']));
  expect(status).toMatchObject({ outcome: 'succeeded', attemptCount: 1 });
  expect(await aliveOf(run)).toEqual([]);
  for (;;) {
    const entries = JSON.parse(
      (await succeeded(trainctl(['ls', '--json', '--limit', '1000']))).stdout,
    ) as RunListEntry[];
    const entry = entries.find((one) => one.run === run);
    // Temporal's list is a second behind.
    if (entry?.outcome === 'succeeded') break;
  }
  await succeeded(trainctl(['status', run]));
  await succeeded(passAlone(() => trainctl(['reconcile', '--json'])));
});
