const realPython = require('./test/support/real-python');

// Inherited by jest's workers.
process.env.PATH = realPython();

/** Sources are transformed one by one by swc; types are checked by `npm run types`. */
const shared = {
  testEnvironment: '<rootDir>/test/support/environment.js',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Modules that are loaded when they are needed are named as node finds them, `import('./x.js')`; here they are `x.ts`.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  clearMocks: true,
};

/** Tests that share one stack. */
const stack = {
  rootDir: __dirname,
  testMatch: ['<rootDir>/e2e/**/*.test.ts'],
  globalSetup: '<rootDir>/e2e/support/start-stack.js',
  globalTeardown: '<rootDir>/e2e/support/stop-stack.js',
};

module.exports = {
  reporters: [
    'default',
    // Read here: the set-up of the end-to-end tests clears the environment of what is ours.
    ['<rootDir>/test/support/slow-files.js', { asked: Boolean(process.env.TRAINCTL_TEST_SLOW) }],
    '<rootDir>/test/support/closing-line.js',
    '<rootDir>/test/support/watchdog.js',
  ],
  // Of what hangs alone: on a busy machine everything takes long.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/support/sequencer.js',
  // Half of what the long files do is waiting (test/support/sequencer.js). Many more at once than two cores serve cost more than they
  // save: what waits looks again more often, and real SSH times out.
  maxWorkers: 5,
  // Scenarios of the operator's suite at once: some have five hosts.
  maxConcurrency: 3,
  projects: [
    { ...shared, displayName: 'test', rootDir: __dirname, testMatch: ['<rootDir>/test/**/*.test.ts'] },
    {
      ...shared,
      ...stack,
      displayName: 'e2e',
      testPathIgnorePatterns: ['<rootDir>/e2e/((cases|cluster)/|scenarios\\.test)'],
    },
    // The operator's suite; on AWS with TRAINCTL_E2E=1.
    {
      ...shared,
      ...stack,
      displayName: 'scenarios',
      testMatch: ['<rootDir>/e2e/scenarios.test.ts'],
      globalSetup: '<rootDir>/e2e/support/start-suite.js',
    },
    // Projects as people bring them, a run or more each: `npm run test:cases`.
    { ...shared, ...stack, displayName: 'cases', testMatch: ['<rootDir>/e2e/cases/**/*.test.ts'] },
    // A real server on PostgreSQL: `npm run test:cluster`.
    {
      ...shared,
      displayName: 'cluster',
      rootDir: __dirname,
      testMatch: ['<rootDir>/e2e/cluster/**/*.test.ts'],
      globalSetup: '<rootDir>/e2e/cluster/find-binaries.ts',
    },
  ],
};
