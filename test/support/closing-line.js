/** A jest reporter whose last word, after jest's own summary, is one plain line with the counts. */
class ClosingLine {
  onRunComplete(_contexts, results) {
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = results;
    // A file that could not even be loaded ran no test, and must not look like a success.
    const broken = results.numRuntimeErrorTestSuites;
    process.once('exit', () =>
      process.stderr.write(`\n${passed} passed, ${failed + broken} failed, ${skipped} skipped\n`),
    );
  }
}
module.exports = ClosingLine;
