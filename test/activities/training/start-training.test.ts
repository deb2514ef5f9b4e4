import { MockActivityEnvironment } from '@temporalio/testing';
import { SpecStore } from '../../../activities/step/spec-store';
import { createStartTraining } from '../../../activities/training/start-training';
import { hostDir } from '../../../contract';
import { specOf } from '../../support/spec';
import { type FakeDeps, fakeDeps, HOST, NODE, storeSpec } from '../support/deps';

const DIR = hostDir(NODE.runKey, NODE.attempt, NODE.node);
let deps: FakeDeps;
let specs: SpecStore;
beforeEach(async () => {
  deps = fakeDeps();
  specs = new SpecStore(deps.store, 'p/');
  await storeSpec(deps, specOf());
  process.env.STEPS_TEST_TOKEN = 'tok-123456';
});
afterEach(() => {
  delete process.env.STEPS_TEST_TOKEN;
});

const env = (): MockActivityEnvironment => new MockActivityEnvironment();

test('start: the spec, the grants and the lease', async () => {
  const outputs = [{ from: 'out/' }, { from: 'm.bin', to: 's3://other/results' }];
  await storeSpec(deps, specOf({ outputs, secrets: ['STEPS_TEST_TOKEN'] }));
  deps.fakeAgent.answers.start = () => ({ pid: 41, started: true });
  const args = { host: HOST, resumedFromStep: 7, leaseUntil: 1234 };
  const done = await env().run(createStartTraining(deps, specs), args);
  expect(done).toMatchObject({ pid: 41 });
  expect(deps.fakeAgent.calls[0]?.request).toMatchObject({
    dir: DIR,
    run: NODE.workflowId,
    attempt: 2,
    resumedFromStep: 7,
    leaseUntil: 1234,
    checkpoints: { dir: 'checkpoints', everySeconds: 60, graceSeconds: 30, signal: null },
    outputs: [{ from: 'out/' }, { from: 'm.bin' }],
    secrets: { STEPS_TEST_TOKEN: 'tok-123456' },
    grants: {
      node: { keyPrefix: `p/runs/${NODE.runKey}/a/2/0/` },
      outputs: { 1: { url: 'http://s3.test/other', keyPrefix: 'results/' } },
    },
  });
});
