import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from './support/temporal';

const folder = path.resolve(__dirname, '../histories');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

it('has a history of each shape of run', () => {
  const shapes = ['cancelled', 'failed', 'interrupted', 'succeeded'];
  expect(names.map((name) => name.replace(/\.json$/, ''))).toEqual(expect.arrayContaining(shapes));
});

/** A change that would break a run which is under way fails here. Histories are made by record.test.ts. */
it.each(names)('replays %s', async (name) => {
  const history: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle(), replayName: name }, history);
});
