import { MockActivityEnvironment } from '@temporalio/testing';
import { createStopTraining } from '../../../activities/training/stop-training';
import { finalKey, type HostFinal, hostDir, type SuperviseResult } from '../../../contract';
import { type FakeDeps, fakeDeps, HOST } from '../support/deps';

const FINAL: HostFinal = {
  code: 0,
  signal: null,
  stoppedBy: null,
  tail: 'done\n',
  logBytes: 5,
  logUploaded: 5,
  notice: null,
  step: 7,
  metrics: { step: 7 },
  checkpoint: null,
  outputs: [],
  problems: [],
};

let deps: FakeDeps;
let told: number;
beforeEach(() => {
  deps = fakeDeps();
  told = 0;
  deps.fakeAgent.answers.stop = () => {
    told += 1;
    return { t: 'result', phase: 'stopping' };
  };
});

const stop = (): Promise<SuperviseResult | undefined> =>
  new MockActivityEnvironment().run(createStopTraining(deps), {
    host: HOST,
    mode: 'graceful' as const,
    graceSeconds: 5,
  });

test('a host that trains is told', async () => {
  expect(await stop()).toBeUndefined();
  expect(told).toBe(1);
  const dir = hostDir(HOST.node.runKey, HOST.node.attempt, HOST.node.node);
  expect(deps.fakeAgent.calls).toEqual([{ verb: 'stop', request: { dir, mode: 'graceful', graceSeconds: 5 } }]);
});

test('and why, where the workflow says it', async () => {
  await new MockActivityEnvironment().run(createStopTraining(deps), {
    host: HOST,
    mode: 'graceful' as const,
    graceSeconds: 5,
    reason: 'budget' as const,
  });
  expect(deps.fakeAgent.calls).toMatchObject([{ verb: 'stop', request: { reason: 'budget' } }]);
});

test('one that has said its last word is not: the answer is that word', async () => {
  await deps.store.put(finalKey('p/', HOST.node.runKey, HOST.node.attempt, HOST.node.node), JSON.stringify(FINAL));
  expect(await stop()).toMatchObject({ kind: 'final', final: FINAL, lastStep: 7 });
  expect(told).toBe(0);
});

test('a store that does not answer keeps nobody from being told', async () => {
  deps.store.get = () => Promise.reject(new Error('503 SlowDown'));
  expect(await stop()).toBeUndefined();
  expect(told).toBe(1);
});

test('one that says its last word in that moment is waited for: it stands in S3 a little later', async () => {
  const key = finalKey('p/', HOST.node.runKey, HOST.node.attempt, HOST.node.node);
  deps.fakeAgent.answers.stop = () => {
    void deps.store.put(key, JSON.stringify(FINAL));
    return { t: 'result', phase: 'final' };
  };
  expect(await stop()).toMatchObject({ kind: 'final', final: FINAL });
});
