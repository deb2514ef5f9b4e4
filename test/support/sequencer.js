// The same order in every run, that of a fresh clone: large files first. Jest's own puts the files first that took longest in the
// run before, which are the end-to-end tests: all at once, on two cores, they only wait for each other.
const { statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

module.exports = class BySize extends Sequencer {
  sort(tests) {
    const sized = [...tests].map((test) => ({ test, size: statSync(test.path).size }));
    return sized.sort((a, b) => b.size - a.size).map(({ test }) => test);
  }
};
