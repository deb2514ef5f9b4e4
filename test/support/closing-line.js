/** A jest reporter whose last word is one plain line with the counts. */
class ClosingLine {
  onRunComplete(_contexts, results) {
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: skipped,
      numRuntimeErrorTestSuites: broken,
    } = results;
    // A file that could not even be loaded ran no test, and must not look like a success.
    process.stderr.write(`\n${passed} passed, ${failed + broken} failed, ${skipped} skipped\n`);
  }
}
module.exports = ClosingLine;
