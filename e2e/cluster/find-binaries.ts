import { clusterBinaries, NotHereError } from '../support/cluster/binaries';

/**
 * Says what it builds, which takes minutes on a machine where nothing was built yet. What is missing is in the names of the tests that are
 * skipped for it.
 */
export default async function findBinaries(): Promise<void> {
  let said = 0;
  const say = (detail: string): void => {
    if (Date.now() - said < 15_000) return;
    said = Date.now();
    console.error(`  ${detail}`);
  };
  try {
    process.env.TRAINCTL_TEST_CLUSTER = JSON.stringify(await clusterBinaries(say));
  } catch (error) {
    if (!(error instanceof NotHereError)) throw error;
    process.env.TRAINCTL_TEST_NO_CLUSTER = error.message;
    // Jest says nothing of a file whose tests are all skipped.
    console.error(`the tests on a real Temporal server are skipped: ${error.message}`);
  }
}
