import { MockActivityEnvironment } from '@temporalio/testing';
import { createWriteSummary } from '../../../activities/summary/write-summary';
import { type RunResult, type RunStatus, summaryKey } from '../../../contract';
import { fakeDeps, NODE } from '../support/deps';

test('the summary', async () => {
  const deps = fakeDeps();
  const status = { run: NODE.workflowId } as RunStatus;
  const result = { outcome: 'succeeded' } as RunResult;
  await new MockActivityEnvironment().run(createWriteSummary(deps), { run: NODE, status, result });
  const stored = JSON.parse((await deps.store.get(summaryKey('p/', NODE.runKey))).toString());
  expect(stored).toEqual({ run: NODE.workflowId, runKey: NODE.runKey, status, result });
});
