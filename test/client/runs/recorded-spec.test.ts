import type { Client } from '@temporalio/client';
import { recordedSpec } from '../../../client/runs/recorded-spec';

const RUN = { workflowId: 'digits', runId: 'r', runKey: 'k' };

const scheduled = (eventId: number, name: string) => ({
  eventId,
  activityTaskScheduledEventAttributes: { activityType: { name } },
});
const completed = (scheduledEventId: number, answer: string) => ({
  eventId: scheduledEventId + 2,
  activityTaskCompletedEventAttributes: { scheduledEventId, result: { payloads: [{ data: Buffer.from(answer) }] } },
});

const history = (events: object[]) => {
  const asked: unknown[] = [];
  const getWorkflowExecutionHistory = async (request: unknown) => {
    asked.push(request);
    return { history: { events } };
  };
  const client = { options: { namespace: 'ns' }, workflowService: { getWorkflowExecutionHistory } };
  return { asked, read: () => recordedSpec(client as unknown as Client, RUN) };
};

it('is in the answer of the step that resolved the run, whatever else the history has', async () => {
  const { read, asked } = history([
    scheduled(5, 'resolveRun'),
    completed(4, '{"spec":{"name":"of another step"}}'),
    completed(5, '{"kind":"ok","spec":{"name":"digits"}}'),
    scheduled(9, 'launchInstance'),
    completed(9, '{"spec":1}'),
  ]);
  expect(await read()).toEqual({ name: 'digits' });
  expect(asked).toEqual([
    { namespace: 'ns', execution: { workflowId: 'digits', runId: 'r' }, maximumPageSize: expect.any(Number) },
  ]);
});

it.each([
  ['it was not resolved', [scheduled(5, 'resolveRun')]],
  ['it was refused', [scheduled(5, 'resolveRun'), completed(5, '{"kind":"invalid"}')]],
  ['somebody completed the step by what is no JSON', [scheduled(5, 'resolveRun'), completed(5, 'yes')]],
  ['or by nothing', [scheduled(5, 'resolveRun'), completed(5, 'null')]],
  ['it has no events', []],
])('is not known when %s', async (_, events) => {
  expect(await history(events).read()).toBeUndefined();
});

it('is not known of a run that Temporal has forgotten', async () => {
  const gone = Object.assign(new Error('not found'), { code: 5, details: 'gone', metadata: {} });
  const workflowService = { getWorkflowExecutionHistory: () => Promise.reject(gone) };
  const client = { options: { namespace: 'ns' }, workflowService } as unknown as Client;
  expect(await recordedSpec(client, RUN)).toBeUndefined();
  expect(await recordedSpec(client, { ...RUN, past: true })).toBeUndefined();
});

describe('after many signals', () => {
  /** A history in pages of 100 events; the step's answer is the last of them. */
  const flooded = (events: number) => {
    const signals = Array.from({ length: events - 2 }, (_, i) => ({ eventId: 6 + i }));
    const all = [scheduled(5, 'resolveRun'), ...signals, completed(5, '{"spec":{"name":"digits"}}')];
    const asked: number[] = [];
    const getWorkflowExecutionHistory = async ({ nextPageToken }: { nextPageToken?: Uint8Array }) => {
      const from = Number(Buffer.from(nextPageToken ?? []).toString() || '0');
      asked.push(from);
      const next = from + 100 < all.length ? Buffer.from(String(from + 100)) : Buffer.alloc(0);
      return { history: { events: all.slice(from, from + 100) }, nextPageToken: next };
    };
    const client = { options: { namespace: 'ns' }, workflowService: { getWorkflowExecutionHistory } };
    return { asked, read: () => recordedSpec(client as unknown as Client, RUN) };
  };

  it('is looked for in later pages', async () => {
    const { read, asked } = flooded(1_950);
    expect(await read()).toEqual({ name: 'digits' });
    expect(asked).toHaveLength(20);
  });

  it('but not for ever', async () => {
    const { read, asked } = flooded(5_000);
    expect(await read()).toBeUndefined();
    expect(asked).toHaveLength(20);
  });
});
