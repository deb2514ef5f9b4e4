// The same order in every run, that of a fresh clone. Half of what the long files do is waiting, so they are spread over the run,
// longest first, with the short ones between them: all at once, on two cores, they would only wait for each other, and the last
// to begin would be waited for alone. Jest's own order, by how long files took here before, begins with all long ones.
const { statSync } = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Files of more than some 15 seconds, longest first: `npm test -- --slow` names them. One that is missing here is only late. */
const LONG = [
  'e2e/scenarios',
  'e2e/cases/command-line/first-minutes-packed',
  'e2e/cases/hosts/as-projects-are',
  'e2e/cases/endings/launchers',
  'e2e/cases/checkpoints/torn-checkpoints',
  'e2e/cases/hosts/build-sees-code',
  'e2e/cases/command-line/first-minutes',
  'e2e/cases/hosts/lost-before-training',
  'e2e/cases/hosts/login-environment',
  'e2e/faults/loss',
  'e2e/faults/races',
  'e2e/cases/stack/demo',
  'e2e/control/stop',
  'e2e/cases/stack/crash',
  'test/agent/checkpoints',
  'e2e/cases/proofs/soak',
  'test/matrix/matrix',
  'e2e/cases/proofs/kills',
  'e2e/cases/hosts/away',
  'test/agent/install',
  'test/examples/digits',
  'test/agent/notices',
  'e2e/faults/host-key',
  'e2e/cases/hosts/versions',
  'e2e/cases/command-line/operate',
  'test/adapters/ssh/boot/deadman',
  'test/activities/lifecycle',
  'e2e/cases/command-line/starts',
  'test/activities/supervise/reconnect',
  'e2e/cases/results/data',
  'test/activities/walk',
  'e2e/cases/stack/second',
  'test/workflows/training-run/endings',
  'test/adapters/ssh/connection/session',
  'test/agent/log',
  'test/workflows/training-run/attempt/interruptions',
  'e2e/runs/logs',
  'test/client/cli/lazy',
  'e2e/cases/results/failures',
  'e2e/control/reconcile',
  'e2e/cases/stack/egress',
  'e2e/cases/stack/openssh',
];
/** How many of them begin at once, at first. */
const TOGETHER = 4;

const root = path.resolve(__dirname, '../..');
const rank = ({ path: file }) => LONG.indexOf(path.relative(root, file).replace(/\.test\.ts$/, ''));

class Spread extends Sequencer {
  static LONG = LONG;

  sort(tests) {
    const long = tests.filter((test) => rank(test) >= 0).sort((a, b) => rank(a) - rank(b));
    const sized = tests.filter((test) => rank(test) < 0).map((test) => ({ test, size: statSync(test.path).size }));
    const short = sized.sort((a, b) => b.size - a.size).map(({ test }) => test);
    const between = Math.ceil(short.length / Math.max(1, long.length - TOGETHER));
    const rest = long.slice(TOGETHER).flatMap((test) => [...short.splice(0, between), test]);
    return [...long.slice(0, TOGETHER), ...rest, ...short];
  }
}
module.exports = Spread;
