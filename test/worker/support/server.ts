import { TestWorkflowEnvironment } from '@temporalio/testing';
import { temporalCli } from '../../support/servers';

/** A dev server of this test file's own. */
export async function devServer(): Promise<TestWorkflowEnvironment> {
  const executable = { type: 'existing-path', path: await temporalCli() } as const;
  return TestWorkflowEnvironment.createLocal({ server: { executable } });
}
