const { rmSync } = require('node:fs');

module.exports = async () => {
  const { stack, home } = globalThis.trainctlStack;
  await stack.stop();
  rmSync(home, { recursive: true, force: true });
};
