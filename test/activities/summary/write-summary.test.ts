import { MockActivityEnvironment } from '@temporalio/testing';
import { createWriteSummary } from '../../../activities/summary/write-summary';
import { pastKey, type RunResult, type RunStatus, readPastEntry, summaryKey } from '../../../contract';
import { fakeDeps, NODE } from '../support/deps';

test('the summary, and what a run is found by once Temporal has forgotten it', async () => {
  const deps = fakeDeps();
  const endedAt = '2026-11-30T12:00:00.000Z';
  const known = { run: NODE.workflowId, runKey: NODE.runKey, name: 'digits', startedAt: '2026-11-30T11:00:00.000Z' };
  const status = { ...known, endedAt, outcome: 'succeeded', attempts: [] as unknown } as RunStatus;
  const result = { outcome: 'succeeded' } as RunResult;
  await new MockActivityEnvironment().run(createWriteSummary(deps), { run: NODE, status, result });
  const stored = JSON.parse((await deps.store.get(summaryKey('p/', NODE.runKey))).toString());
  expect(stored).toEqual({ run: NODE.workflowId, runKey: NODE.runKey, status, result });
  const key = pastKey('p/', Date.parse(endedAt), NODE.runKey, NODE.workflowId);
  expect(readPastEntry(JSON.parse((await deps.store.get(key)).toString()))).toMatchObject({
    ...known,
    endedAt,
    outcome: 'succeeded',
    forgotten: true,
  });
});
