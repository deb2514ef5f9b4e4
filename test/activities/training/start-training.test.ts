import { createStartTraining } from '../../../activities/training/start-training';
import { specOf } from '../../support/spec';
import { HOST, NODE, storeSpec } from '../support/deps';
import { DIR, deps, env, specs } from '../support/step';

beforeEach(() => {
  process.env.STEPS_TEST_TOKEN = 'tok-123456';
});
afterEach(() => {
  delete process.env.STEPS_TEST_TOKEN;
});

test('start: the spec, the grants and the lease', async () => {
  const outputs = [{ from: 'out/' }, { from: 'm.bin', to: 's3://other/results' }];
  await storeSpec(deps, specOf({ outputs, secrets: ['STEPS_TEST_TOKEN'] }));
  deps.fakeAgent.answers.start = () => ({ pid: 41, started: true });
  const args = { host: HOST, resumedFromStep: 7, leaseUntil: 1234, leaseSeconds: 77 };
  const done = await env().run(createStartTraining(deps, specs), args);
  expect(done).toMatchObject({ pid: 41 });
  expect(deps.fakeAgent.calls[0]?.request).toMatchObject({
    dir: DIR,
    run: NODE.workflowId,
    attempt: 2,
    resumedFromStep: 7,
    leaseUntil: 1234,
    leaseSeconds: 77,
    checkpoints: { dir: 'checkpoints', everySeconds: 60, graceSeconds: 30, signal: null },
    outputs: [{ from: 'out/' }, { from: 'm.bin' }],
    secrets: { STEPS_TEST_TOKEN: 'tok-123456' },
    grants: {
      node: { keyPrefix: `p/runs/${NODE.runKey}/a/2/0/` },
      outputs: { 1: { url: 'http://s3.test/other', keyPrefix: 'results/' } },
    },
  });
});
