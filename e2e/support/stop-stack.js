const { rm } = require('node:fs/promises');
const { callsOf, checkCalls, recordCalls } = require('./policies/at-the-end');

module.exports = async () => {
  if (!globalThis.trainctlStack) return;
  const { stack, home } = globalThis.trainctlStack;
  globalThis.trainctlStack = undefined;
  // A cloud that a test has ended tells nothing more: the check is made on nothing then, and nobody may take that for a pass.
  const calls = await callsOf(stack.state.cloud).catch((error) => {
    process.stderr.write(
      `the calls of AWS were NOT compared with docs/policies, the cloud does not tell them: ${error}\n`,
    );
    return [];
  });
  await stack.stop();
  // What a host has started may end a moment after the servers, and write until then.
  await rm(home, { recursive: true, force: true, maxRetries: 20 });
  if (process.env.RECORD_CALLS) recordCalls(calls);
  checkCalls(calls, stack.state.cloud.bucket);
};
