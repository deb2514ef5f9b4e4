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
