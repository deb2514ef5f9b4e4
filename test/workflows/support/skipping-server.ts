import { isGrpcDeadlineError } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { searchAttributes } from '../../support/dev-server';
import { testServer } from '../../support/servers';

/** Numbers of temporal.api.enums.v1.IndexedValueType. */
const INDEXED_VALUE_TYPES: Record<string, number> = { KEYWORD: 2, INT: 3, DOUBLE: 4, BOOL: 5 };

/** The time-skipping server, with the search attributes of runs. Its workers need the bundle of {@link workflowBundle} for it. */
export async function openSkipping(): Promise<TestWorkflowEnvironment> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await testServer() } },
  });
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(
      searchAttributes.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type] ?? 0]),
    ),
  });
  return env;
}

/** What is slept by the server's clock to see whether it flies, and the real time that a busy machine may need for that. */
const TRIED_MS = 60_000;
const PATIENCE_MS = 10_000;

/**
 * Whether the server still skips time. It counts an activity that is under way as a reason not to, and forgets to take that back when
 * the workflow closes in that moment: from then on whatever runs on it waits in real time. Of a server that skips no more, only
 * another one helps.
 */
export async function stillSkips(env: TestWorkflowEnvironment): Promise<boolean> {
  try {
    await env.connection.withDeadline(Date.now() + PATIENCE_MS, () => env.sleep(TRIED_MS));
    return true;
  } catch (error) {
    if (isGrpcDeadlineError(error)) return false;
    throw error;
  }
}
