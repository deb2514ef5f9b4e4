// The operator's suite: on the stack that the other end-to-end tests share, or, with TRAINCTL_E2E=1, on an installation that is there.
const startStack = require('./start-stack');

module.exports = async () => {
  if (process.env.TRAINCTL_E2E !== '1') await startStack();
};
