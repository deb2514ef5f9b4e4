import { ApplicationFailure, CancelledFailure, TerminatedFailure, WorkflowFailedError } from '@temporalio/client';
import type { SuitesContext } from '../../../client/suites/context';
import { SuiteHandle } from '../../../client/suites/handle';
import { EXIT_CODES, type SuiteStatus } from '../../../contract';

const STATUS: SuiteStatus = {
  suite: 'nightly',
  phase: 'ended',
  startedAt: '2026-11-30T03:00:00Z',
  estimateUsd: 0.1,
  costUsd: 0.2,
  scenarios: [],
  leftovers: [],
  report: 's3://b/r/',
  warnings: [],
};

/** A suite that has closed so. `answers`: what a worker says to each question; undefined: none does. */
function closed(cause: Error, answers: (SuiteStatus | undefined)[], lastWordMs?: number) {
  const query = async (): Promise<SuiteStatus> => {
    const answer = answers.shift();
    if (!answer) throw new Error('no worker');
    return answer;
  };
  const handle = {
    query,
    describe: async () => ({ closeTime: new Date(0) }),
    result: () => Promise.reject(new WorkflowFailedError('failed', cause, 'COMPLETE' as never)),
  };
  const client = { withDeadline: (_: number, call: () => unknown) => call(), workflow: { getHandle: () => handle } };
  const context = { client, guard: (call: () => unknown) => call() } as unknown as SuitesContext;
  return new SuiteHandle(context, 'nightly', 'r', lastWordMs);
}

const cancelled = (): Error => new CancelledFailure('cancelled');

describe('a suite that was cancelled', () => {
  it('has come to what it said last', async () => {
    const suite = closed(cancelled(), [STATUS]);
    for await (const _ of suite.follow());
    expect(await suite.result()).toMatchObject({ outcome: 'cancelled', costUsd: 0.2 });
  });
  it('is asked again when it had not ended then, or nobody answers', async () => {
    const suite = closed(cancelled(), [{ ...STATUS, phase: 'running', costUsd: 0 }, undefined, STATUS]);
    for await (const _ of suite.follow());
    expect(await suite.result()).toMatchObject({ outcome: 'cancelled', costUsd: 0.2 });
  });
  it('is never said to have left nothing where nobody says so', async () => {
    await expect(closed(cancelled(), [], 0).result()).rejects.toMatchObject({
      code: 'no-worker',
      message: expect.stringContaining('no worker says what is left'),
    });
  });
});

describe('a suite that Temporal has ended', () => {
  const terminated = (): Error => new TerminatedFailure('terminated');
  it('has failed, and what is left is unknown', async () => {
    const result = await closed(terminated(), [{ ...STATUS, phase: 'running', leftovers: ['i-1'] }]).result();
    expect(result).toMatchObject({
      outcome: 'failed',
      costUsd: 0.2,
      reason: expect.stringContaining('nightly was terminated in Temporal'),
      leftovers: ['i-1', expect.stringContaining('unknown')],
    });
    expect(result).not.toHaveProperty('report');
  });
  it('keeps the shape of a result without a worker', async () => {
    expect(await closed(terminated(), []).result()).toMatchObject({ outcome: 'failed', scenarios: [], costUsd: 0 });
  });
});

test('options with faults are an error, not a result', async () => {
  const invalid = ApplicationFailure.create({ type: 'invalid', message: 'maxUSD' });
  await expect(closed(invalid, []).result()).rejects.toMatchObject({
    code: 'invalid-spec',
    exitCode: EXIT_CODES.invalid,
  });
});

test.each(['failed', 'over-budget', 'anything'])(
  'one that could not be prepared (%s, without a result) is no wrong input',
  async (type) => {
    const unprepared = ApplicationFailure.create({
      type,
      message: 'the suite could not be prepared: no answer in time',
    });
    await expect(closed(unprepared, []).result()).rejects.toMatchObject({
      code: 'unavailable',
      exitCode: EXIT_CODES.unavailable,
      message: expect.stringContaining('could not be prepared: no answer in time'),
      next: expect.stringContaining('trainctl doctor'),
    });
  },
);
