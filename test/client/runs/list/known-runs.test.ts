import type { Client } from '@temporalio/client';
import { knownRuns } from '../../../../client/runs/list/known-runs';
import { type PastKey, pastKey, readPastKey } from '../../../../contract';

const HOUR = 3_600_000;
const key = (n: number): string => n.toString(16).padStart(16, '0');
const ended = (n: number, ago: number): PastKey =>
  readPastKey('', pastKey('', Date.now() - ago, key(n), `r-${n}`)) as PastKey;

/** A Temporal whose list has these runs, or fails so. */
function listOf(runKeys: string[], fault?: Error): { client: Client; queries: string[] } {
  const queries: string[] = [];
  async function* list({ query }: { query: string }) {
    queries.push(query);
    if (fault) throw fault;
    for (const runKey of runKeys) yield { workflowId: 'r', runId: 'x', searchAttributes: { TrainctlRunKey: [runKey] } };
  }
  return { client: { workflow: { list } } as unknown as Client, queries };
}

test('Temporal is asked once for all that have not ended just now, which its list may have as they were before', async () => {
  const { client, queries } = listOf([key(1)]);
  expect(await knownRuns(client, [ended(1, HOUR), ended(2, HOUR), ended(3, 1_000)])).toEqual(new Set([key(1)]));
  expect(queries).toEqual([expect.stringContaining(`TrainctlRunKey IN ("${key(1)}", "${key(2)}")`)]);
  expect(await knownRuns(client, [ended(3, 1_000)])).toEqual(new Set());
  expect(queries).toHaveLength(1);
});

test('a server that does not know of keys knows no run; any other fault is told', async () => {
  const fault = (code: number): Error => Object.assign(new Error('x'), { code, details: '', metadata: {} });
  expect(await knownRuns(listOf([], fault(3)).client, [ended(1, HOUR)])).toEqual(new Set());
  await expect(knownRuns(listOf([], fault(14)).client, [ended(1, HOUR)])).rejects.toThrow('x');
});
