import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, RetryState, TerminatedFailure, TimeoutFailure, TimeoutType } from '@temporalio/common';
import { reconcileNow } from '../../client/reconcile';
import { EXIT_CODES, type ReconcileArgs } from '../../contract';

/** A Temporal on which the pass is taken at once, and ends so. */
const temporal = (result: () => Promise<unknown>) =>
  ({
    workflow: {
      start: async (_type: string, { workflowId }: { workflowId: string }) => ({
        workflowId,
        describe: async () => ({ historyLength: 5, status: { name: 'RUNNING' } }),
        result,
      }),
    },
  }) as unknown as Parameters<typeof reconcileNow>[0];

const pass = (result: () => Promise<unknown>) => reconcileNow(temporal(result), {} as ReconcileArgs, 'default');

test('what a pass has found is the answer', async () => {
  await expect(pass(async () => ({ seen: 3 }))).resolves.toEqual({ seen: 3 });
});

test.each([
  ['EC2 that is away', ApplicationFailure.create({ message: 'EC2: connect ECONNREFUSED' }), 'connect ECONNREFUSED'],
  ['its time that is over', new TimeoutFailure('its time is over', undefined, TimeoutType.START_TO_CLOSE), 'time'],
  ['somebody who terminated it', new TerminatedFailure('it was terminated', undefined), 'terminated'],
])('one that could not finish for %s is no wrong usage: what is left is not known', async (_what, cause, words) => {
  const failing = pass(() => Promise.reject(new WorkflowFailedError('failed', cause, RetryState.TIMEOUT)));
  await expect(failing).rejects.toMatchObject({
    code: 'unavailable',
    exitCode: EXIT_CODES.unavailable,
    message: expect.stringMatching(`^the reconciler could not finish: .*${words}`),
    next: expect.stringContaining('trainctl-reconcile'),
  });
});

test('a connection that is lost meanwhile says so itself', async () => {
  await expect(pass(() => Promise.reject(new Error('14 UNAVAILABLE')))).rejects.toThrow('14 UNAVAILABLE');
});
