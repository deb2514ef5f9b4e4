// Of a test whose need shows only while its file is set up, such as a program that has to be built first: what `beforeAll` tells by
// `skipLater(name, why)` is skipped, and named so. Used by `@jest-environment` at the top of a file.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  #why = new Map();

  constructor(config, context) {
    super(config, context);
    this.global.skipLater = (name, why) => this.#why.set(name, why);
  }

  handleTestEvent({ name, test }) {
    if (name !== 'test_start') return;
    const why = this.#why.get(test.name);
    if (why === undefined) return;
    test.mode = 'skip';
    test.name += `: skipped, ${why}`;
  }
};
