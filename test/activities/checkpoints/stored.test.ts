import { listNodes } from '../../../activities/checkpoints/stored';
import { nodePrefix } from '../../../contract';
import { fakeDeps, NODE } from '../support/deps';
import { root } from './support/written';

test('attempts are found by skipping what they wrote', async () => {
  const deps = fakeDeps();
  for (const attempt of [1, 2, 10]) {
    for (let i = 0; i < 50; i += 1) await deps.store.put(`${root(attempt)}log/${i}`, 'x');
  }
  await deps.store.put(`${nodePrefix('p/', NODE.runKey, 2, 1)}live.json`, 'x');
  deps.fakeStore.lists.length = 0;
  const found = await listNodes(deps.store, 'p/', NODE);
  expect(found.map(({ attempt, node }) => `${attempt}/${node}`)).toEqual(['1/0', '2/0', '2/1', '10/0']);
  expect(deps.fakeStore.lists).toHaveLength(5);
});
