import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { workflowBundle } from './support/temporal';

const folder = path.resolve(__dirname, '../histories');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

it('has a history of each shape of run', () => {
  const shapes = ['cancelled', 'failed', 'interrupted', 'succeeded'];
  expect(names.map((name) => name.replace(/\.json$/, ''))).toEqual(expect.arrayContaining(shapes));
});

const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

const replay = async (name: string, text: string): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: await workflowBundle(), replayName: name }, JSON.parse(text));

/** A change that would break a run which is under way fails here. Histories are made by record.test.ts. */
it.each(names)('replays %s', async (name) => {
  await replay(name, read(name));
});

it('fails for a history that the workflow would not write', async () => {
  const other = read('succeeded.json').replace(/"name": "syncCode"/, '"name": "installDependencies"');
  await expect(replay('altered', other)).rejects.toThrow(DeterminismViolationError);
});
