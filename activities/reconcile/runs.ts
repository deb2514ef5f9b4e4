import type { RunState } from '../../contract';

/**
 * How runs are, by Temporal. The worker implements it: DescribeWorkflowExecution, never a list, because lists are late; and
 * the query `status` for an open run. Never rejects: what cannot be learned is `silent`.
 */
export interface Runs {
  /** @param patiently an open run is given longer to answer: what hangs on its silence is its last checkpoint */
  stateOf(workflowId: string, patiently?: boolean): Promise<RunState>;
}

/** How many runs are asked after at once: each open one costs a worker a query. */
const AT_ONCE = 8;

/** Asks after each run once. */
export async function statesOf(
  runs: Runs,
  ids: Iterable<string>,
  said: (progress: string) => void = () => undefined,
): Promise<Map<string, RunState>> {
  const states = new Map<string, RunState>();
  const waiting = [...new Set(ids)];
  const all = waiting.length;
  const ask = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      states.set(id, await runs.stateOf(id));
      said(`${states.size} of ${all} runs`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return states;
}
