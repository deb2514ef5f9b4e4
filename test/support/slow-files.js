const path = require('node:path');

const ROWS = 20;

/** A jest reporter that says which test files take longest. Asked for by `npm test -- --slow`. */
class SlowFiles {
  #root;
  #asked;

  constructor({ rootDir }) {
    this.#root = rootDir;
    // Now: the end-to-end tests' set-up clears the environment of what is ours.
    this.#asked = Boolean(process.env.TRAINCTL_TEST_SLOW);
  }

  onRunComplete(_contexts, results) {
    if (!this.#asked) return;
    const files = results.testResults
      .map(({ testFilePath, perfStats, testResults }) => ({
        file: path.relative(this.#root, testFilePath),
        seconds: (perfStats.end - perfStats.start) / 1000,
        tests: testResults.length,
      }))
      .sort((a, b) => b.seconds - a.seconds);
    const rows = files.slice(0, ROWS).map(({ file, seconds, tests }) => [seconds.toFixed(1), String(tests), file]);
    const sum = files.reduce((total, { seconds }) => total + seconds, 0);
    const wall = (Date.now() - results.startTime) / 1000;
    process.stderr.write(`
The ${rows.length} slowest of ${files.length} test files: seconds, tests
${rows.map(([seconds, tests, file]) => `${seconds.padStart(7)} ${tests.padStart(4)}  ${file}`).join('\n')}
${sum.toFixed(0)} s of files in ${wall.toFixed(0)} s: ${(sum / wall).toFixed(1)} at a time
`);
  }
}
module.exports = SlowFiles;
