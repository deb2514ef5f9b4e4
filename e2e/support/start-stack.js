// One stack for all end-to-end tests of a run of jest, in a home of its own, ended with jest however jest ends.
const { randomBytes } = require('node:crypto');
const { mkdtempSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { startStack } = require('../../dist/local/stack');

module.exports = async () => {
  // Two projects of jest share it.
  if (globalThis.trainctlStack) return;
  if (process.env.TRAINCTL_E2E === '1')
    throw new Error('TRAINCTL_E2E=1 is for the scenarios alone: npx jest --selectProjects scenarios');
  const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-e2e-'));
  // What a developer's shell holds is not what the tests are about.
  for (const name of Object.keys(process.env))
    if (/^(AWS_|TRAINCTL_(?!CACHE|LOCALCLOUD|VERIFY_CLEANUP|E2E_REPORTS))/.test(name)) delete process.env[name];
  process.env.TRAINCTL_HOME = home;
  // A secret that the worker may hand to runs, and those of the scenario multi-instance.
  const secrets = [1, 2, 3, 4, 5].map((n) => `SUITE_SECRET_${n}`);
  for (const name of secrets) process.env[name] = randomBytes(16).toString('hex');
  process.env.TRAINCTL_SECRETS_ALLOW = ['E2E_SECRET', ...secrets].join();
  process.env.E2E_SECRET = 'hunter2-only-for-tests';
  // The SDK's own advice about node versions is not what a test's output is for.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const stack = await startStack({ home, detach: false });
  globalThis.trainctlStack = { stack, home };
  const pids = [stack.state.worker?.pid, stack.state.cloud.pid, stack.state.temporal.pid];
  process.once('exit', () => {
    for (const pid of pids) {
      try {
        if (pid) process.kill(pid, 'SIGTERM');
      } catch {
        // Ended already.
      }
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
};
