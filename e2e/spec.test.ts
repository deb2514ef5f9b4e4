import { Client, Connection } from '@temporalio/client';
import { trainctl } from './support/cli';
import { local } from './support/cloud';
import { project } from './support/project';
import { stackState } from './support/stack';

jest.setTimeout(60_000);

interface CloudState {
  calls: Record<string, number>;
}

const SIX_FAULTS = `
name: Bad_Name
command: ""
limits: { maxDuration: banana, maxCostUsd: -3 }
resources: { market: sopt, nodes: 2 }
`;

async function workflowCount(): Promise<number> {
  const { address, namespace } = stackState().temporal;
  const connection = await Connection.connect({ address });
  const { count } = await new Client({ connection, namespace }).workflow.count();
  await connection.close();
  return count;
}

test('six faults are named at once with their paths; neither Temporal nor the cloud has seen anything', async () => {
  const dir = await project({ 'trainctl.yaml': SIX_FAULTS });
  const before = { calls: (await local<CloudState>('GET', 'state')).calls, workflows: await workflowCount() };
  const { code, stdout, stderr } = await trainctl(['run'], { cwd: dir });
  expect(code).toBe(2);
  expect(stdout).toBe('');
  for (const path of [
    'name',
    'command',
    'limits.maxDuration',
    'limits.maxCostUsd',
    'resources.market',
    'resources.nodes',
  ]) {
    expect(stderr).toMatch(new RegExp(`^\\s*\\S*\\s*${path.replace('.', '\\.')}:`, 'm'));
  }
  expect(stderr).toContain('"banana" is not a duration (try 90s, 30m, 2h)');
  const after = { calls: (await local<CloudState>('GET', 'state')).calls, workflows: await workflowCount() };
  // The worker's own watching of the cloud is not the spec's doing.
  const quiet = (calls: Record<string, number>) =>
    Object.fromEntries(
      Object.entries(calls).filter(([action]) => action === 'RunInstances' || /Put|Post/i.test(action)),
    );
  expect(after.workflows).toBe(before.workflows);
  expect(quiet(after.calls)).toEqual(quiet(before.calls));
});

test('with --json the faults are JSON on stdout’s side of the contract: an object on stderr or stdout, exit 2', async () => {
  const dir = await project({ 'trainctl.yaml': SIX_FAULTS });
  const { code, stdout } = await trainctl(['run', '--json'], { cwd: dir });
  expect(code).toBe(2);
  const answer = JSON.parse(stdout.trim()) as { error?: { faults?: { path: string }[] } };
  expect(answer.error?.faults?.map((fault) => fault.path)).toEqual(expect.arrayContaining(['limits.maxDuration']));
});
