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

module.exports = {
  reporters: [
    'default',
    '<rootDir>/test/support/slow-files.js',
    '<rootDir>/test/support/closing-line.js',
    '<rootDir>/test/support/watchdog.js',
  ],
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/support/sequencer.js',
  // Half of what the end-to-end tests do is waiting; with many more at once than two cores serve, real SSH times out.
  maxWorkers: 3,
  projects: [
    { ...shared, displayName: 'test', rootDir: __dirname, testMatch: ['<rootDir>/test/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'e2e',
      rootDir: __dirname,
      testMatch: ['<rootDir>/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/e2e/support/start-stack.js',
      globalTeardown: '<rootDir>/e2e/support/stop-stack.js',
    },
  ],
};
