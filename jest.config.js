const realPython = require('./test/support/real-python');

// Inherited by jest's workers.
process.env.PATH = realPython();

/** Sources are transformed one by one by swc; types are checked by `npm run types`. */
const shared = {
  testEnvironment: 'node',
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
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/support/sequencer.js',
  // Half of what the long files do is waiting (test/support/sequencer.js); with many more at once than two cores serve, real SSH
  // times out.
  maxWorkers: 6,
  projects: [
    { ...shared, displayName: 'test', rootDir: __dirname, testMatch: ['<rootDir>/test/**/*.test.ts'] },
    { ...shared, ...stack, displayName: 'e2e', testPathIgnorePatterns: ['<rootDir>/e2e/cases/'] },
    // Projects as people bring them, a run or more each: `npm run test:cases`.
    { ...shared, ...stack, displayName: 'cases', testMatch: ['<rootDir>/e2e/cases/**/*.test.ts'] },
  ],
};
