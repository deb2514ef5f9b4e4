import type { Client } from '@temporalio/client';
import { awaitClosed } from '../../../client/runs/await-end';
import { GRPC } from '../../../contract';

const address = { workflowId: 'a', runKey: 'k' } as never;

/** A client whose run ends as `result` does. */
function clientOf(result: () => Promise<unknown>, deadlines: number[] = []): Client {
  return {
    withDeadline: (at: number, ask: () => Promise<unknown>) => {
      deadlines.push(at - Date.now());
      return ask();
    },
    workflow: { getHandle: () => ({ result }) },
  } as unknown as Client;
}

const fault = (code: number): Error => Object.assign(new Error('x'), { code, details: 'x', metadata: {} });

it('a run that Temporal does not close is waited for for a bounded time, and nobody is told that this failed', async () => {
  const deadlines: number[] = [];
  await awaitClosed(
    clientOf(() => Promise.reject(fault(GRPC.deadlineExceeded)), deadlines),
    address,
  );
  expect(deadlines).toHaveLength(1);
  expect(deadlines[0]).toBeLessThanOrEqual(10_000);
});

it('a run that has closed is waited for no longer, however it ended', async () => {
  await awaitClosed(
    clientOf(() => Promise.resolve(undefined)),
    address,
  );
  await expect(
    awaitClosed(
      clientOf(() => Promise.reject(fault(GRPC.invalidArgument))),
      address,
    ),
  ).rejects.toThrow('x');
});
