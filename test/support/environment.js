// Jest compiles every module anew for each test file. What V8 made of one the first time is kept for the worker's next files: a
// twelfth of what the short files cost.
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** Characters. Shorter modules are compiled as fast as they are looked up. */
const WORTH = 3000;
const compile = vm.compileFunction;
const known = new Map();

vm.compileFunction = (source, params, options) => {
  if (source.length < WORTH) return compile(source, params, options);
  const { filename } = options;
  const before = known.get(filename);
  if (before?.source === source) return compile(source, params, { ...options, cachedData: before.data });
  const compiled = compile(source, params, { ...options, produceCachedData: true });
  if (compiled.cachedData) known.set(filename, { source, data: compiled.cachedData });
  return compiled;
};

module.exports = TestEnvironment;
