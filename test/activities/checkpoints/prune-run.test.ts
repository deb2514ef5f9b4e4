import { pruneRun } from '../../../activities/checkpoints/prune-run';
import { manifestName } from '../../../contract';
import { type FakeDeps, fakeDeps, NODE } from '../support/deps';
import { A, B, C, root, Written } from './support/written';

const signal = new AbortController().signal;

let deps: FakeDeps;
let host: Written;
beforeEach(() => {
  deps = fakeDeps();
  host = new Written(deps);
});

test('pruning keeps the newest over all attempts, and removes parts that nothing names any more', async () => {
  await host.part(1, A);
  await host.part(1, B);
  await host.checkpoint(1, 1, [A, B]);
  const second = await host.checkpoint(1, 2, [B]);
  await host.part(2, C);
  const third = await host.checkpoint(2, 3, [C]);
  expect(await pruneRun(deps, NODE, 2, signal)).toEqual({ removed: 1 });
  const left = deps.fakeStore.keys().filter((key) => key.includes('checkpoints/'));
  expect(left).toEqual([second, `${root(1)}checkpoints/parts/${B}`, third, `${root(2)}checkpoints/parts/${C}`]);
});

test('a part that is younger than the newest manifest stays: its own manifest may be on its way', async () => {
  await host.part(1, A);
  await host.checkpoint(1, 1, [A]);
  await host.checkpoint(1, 2, []);
  await host.part(1, B);
  await pruneRun(deps, NODE, 1, signal);
  const left = deps.fakeStore.keys().filter((key) => key.includes('parts/'));
  expect(left).toEqual([`${root(1)}checkpoints/parts/${B}`]);
});

test('the newest stays even when none are to be kept, and an unreadable manifest protects all parts', async () => {
  await host.part(1, A);
  await host.part(1, B);
  await host.checkpoint(1, 1, [A]);
  await deps.store.put(root(1) + manifestName(2), 'garbage');
  await pruneRun(deps, NODE, 0, signal);
  expect(deps.fakeStore.keys().filter((key) => key.includes('checkpoints/'))).toEqual([
    root(1) + manifestName(2),
    `${root(1)}checkpoints/parts/${A}`,
    `${root(1)}checkpoints/parts/${B}`,
  ]);
});
