import { createInstallDependencies } from '../../../activities/dependencies/install-dependencies';
import { specOf } from '../../support/spec';
import { failureOf, HOST, storeSpec } from '../support/deps';
import { deps, env, specs } from '../support/step';

beforeEach(() => {
  process.env.STEPS_TEST_TOKEN = 'tok-123456';
});
afterEach(() => {
  delete process.env.STEPS_TEST_TOKEN;
});

test('setup: what was installed, in a line; secrets by stdin alone', async () => {
  await storeSpec(deps, specOf({ secrets: ['STEPS_TEST_TOKEN'], setup: { requirements: 'auto', commands: ['make'] } }));
  deps.fakeAgent.answers.install = () => ({
    source: 'requirements.txt',
    tool: 'pip',
    packages: ['numpy 2.3'],
    count: 3,
  });
  const done = await env().run(createInstallDependencies(deps, specs), { host: HOST });
  expect(done).toEqual({ did: true, detail: 'requirements.txt by pip · numpy 2.3 and 2 more · 1 setup command' });
  expect(deps.fakeAgent.calls[0]?.request).toMatchObject({
    secrets: { STEPS_TEST_TOKEN: 'tok-123456' },
    command: 'python train.py',
    // Who it is, for who logs in meanwhile.
    run: HOST.node.workflowId,
    runKey: HOST.node.runKey,
    checkpoints: { dir: 'checkpoints' },
  });
  delete process.env.STEPS_TEST_TOKEN;
  const failure = await failureOf(env().run(createInstallDependencies(deps, specs), { host: HOST }));
  expect(failure).toMatchObject({
    type: 'failed',
    nonRetryable: true,
    message: expect.stringContaining('set STEPS_TEST_TOKEN'),
  });
});

test('what was left, or went wrong, and was no reason to end is told; the log of the set-up may be written below the own prefix alone', async () => {
  deps.fakeAgent.answers.install = () => ({
    source: 'none',
    tool: null,
    packages: [],
    count: 0,
    warnings: ['/etc/profile ended the shell (3)', `not installed: ${'x'.repeat(3000)}`],
  });
  const done = await env().run(createInstallDependencies(deps, specs), { host: HOST });
  const warnings = ['/etc/profile ended the shell (3)', `not installed: ${'x'.repeat(1984)}…`];
  expect(done).toEqual({ did: false, detail: 'no requirements', warnings });
  const grants = { node: { keyPrefix: 'p/runs/0123456789abcdef/a/2/0/' }, outputs: {} };
  expect(deps.fakeAgent.calls[0]?.request).toMatchObject({ grants });
});
