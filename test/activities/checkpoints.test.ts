import { MockActivityEnvironment } from '@temporalio/testing';
import { listNodes } from '../../activities/checkpoints';
import { pruneRun } from '../../activities/prune-checkpoints';
import { createRestoreCheckpoint } from '../../activities/restore-checkpoint';
import { SpecStore } from '../../activities/spec-store';
import { manifestName, nodePrefix, type RestoreRequest } from '../../contract';
import { specOf } from '../support/spec';
import { type FakeDeps, fakeDeps, HOST, NODE, storeSpec } from './support/deps';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const C = 'c'.repeat(64);
const signal = new AbortController().signal;

let deps: FakeDeps;
beforeEach(async () => {
  deps = fakeDeps();
  await storeSpec(deps, specOf());
});

const root = (attempt: number): string => nodePrefix('p/', NODE.runKey, attempt, 0);
const part = (attempt: number, sha256: string): Promise<void> =>
  deps.store.put(`${root(attempt)}checkpoints/parts/${sha256}`, 'x');

async function checkpoint(attempt: number, step: number, parts: string[]): Promise<string> {
  const key = root(attempt) + manifestName(step);
  const files = [{ path: 'w', size: 1, mode: 420, parts: parts.map((sha256) => ({ sha256, bytes: 1 })) }];
  await deps.store.put(key, JSON.stringify({ format: 1, files }));
  return key;
}

const restore = () =>
  new MockActivityEnvironment().run(createRestoreCheckpoint(deps, new SpecStore(deps.store, 'p/')), { host: HOST });

test('attempts are found by skipping what they wrote', async () => {
  for (const attempt of [1, 2, 10]) {
    for (let i = 0; i < 50; i += 1) await deps.store.put(`${root(attempt)}log/${i}`, 'x');
  }
  await deps.store.put(`${nodePrefix('p/', NODE.runKey, 2, 1)}live.json`, 'x');
  deps.fakeStore.lists.length = 0;
  const found = await listNodes(deps.store, 'p/', NODE);
  expect(found.map(({ attempt, node }) => `${attempt}/${node}`)).toEqual(['1/0', '2/0', '2/1', '10/0']);
  expect(deps.fakeStore.lists).toHaveLength(5);
});

test('restore offers the newest by step, then attempt, with the URLs of their parts', async () => {
  await part(1, A);
  await checkpoint(1, 5, [A]);
  const newest = await checkpoint(1, 20, [A]);
  await part(2, B);
  const again = await checkpoint(2, 20, [B]);
  for (const step of [1, 2, 3, 4]) await checkpoint(1, step, [A]);
  let request: RestoreRequest | undefined;
  deps.fakeAgent.answers.restore = (asked) => {
    request = asked as unknown as RestoreRequest;
    return { step: 20, attempt: 1, key: newest, files: 3, bytes: 9, damaged: [{ key: again, why: 'part missing' }] };
  };
  const done = await restore();
  expect(request?.candidates.map(({ step, attempt }) => [step, attempt])).toEqual([
    [20, 2],
    [20, 1],
    [5, 1],
    [4, 1],
    [3, 1],
  ]);
  expect(request?.candidates[0]?.partUrls).toEqual({
    [B]: `http://s3.test/trainctl/${root(2)}checkpoints/parts/${B}?signed`,
  });
  expect(done).toEqual({
    did: true,
    detail: 'checkpoint 20, 3 files verified (1 damaged one passed over)',
    checkpoint: { step: 20, attempt: 1, key: newest, bytes: 9 },
    damaged: [`${again}: part missing`],
  });
});

test('what an attempt that was given up is still uploading is not offered; once it is whole, its step decides', async () => {
  await part(1, A);
  await checkpoint(1, 5, [A]);
  await part(1, B);
  let offered: number[][] = [];
  deps.fakeAgent.answers.restore = (asked) => {
    const { candidates } = asked as unknown as RestoreRequest;
    offered = candidates.map(({ step, attempt }) => [step, attempt]);
    return { ...candidates[0], files: 1, bytes: 1, damaged: [] };
  };
  await restore();
  expect(offered).toEqual([[5, 1]]);
  await checkpoint(2, 7, [C]);
  await checkpoint(1, 9, [A, B]);
  await restore();
  expect(offered).toEqual([
    [9, 1],
    [7, 2],
    [5, 1],
  ]);
});

test('nothing to restore: from the beginning, and the host is not asked', async () => {
  expect(await restore()).toEqual({ did: false, detail: 'from the beginning', checkpoint: null, damaged: [] });
  expect(deps.fakeAgent.calls).toEqual([]);
});

test('a manifest that is no JSON is offered, for the host to report', async () => {
  await deps.store.put(root(1) + manifestName(3), 'garbage');
  deps.fakeAgent.answers.restore = () => ({
    step: null,
    attempt: null,
    key: null,
    files: 0,
    bytes: 0,
    damaged: [{ key: 'k', why: 'no JSON' }],
  });
  expect(await restore()).toMatchObject({ did: false, checkpoint: null, damaged: ['k: no JSON'] });
});

test('pruning keeps the newest over all attempts, and removes parts that nothing names any more', async () => {
  await part(1, A);
  await part(1, B);
  await checkpoint(1, 1, [A, B]);
  const second = await checkpoint(1, 2, [B]);
  await part(2, C);
  const third = await checkpoint(2, 3, [C]);
  expect(await pruneRun(deps, NODE, 2, signal)).toEqual({ removed: 1 });
  const left = deps.fakeStore.keys().filter((key) => key.includes('checkpoints/'));
  expect(left).toEqual([second, `${root(1)}checkpoints/parts/${B}`, third, `${root(2)}checkpoints/parts/${C}`]);
});

test('a part that is younger than the newest manifest stays: its own manifest may be on its way', async () => {
  await part(1, A);
  await checkpoint(1, 1, [A]);
  await checkpoint(1, 2, []);
  await part(1, B);
  await pruneRun(deps, NODE, 1, signal);
  const left = deps.fakeStore.keys().filter((key) => key.includes('parts/'));
  expect(left).toEqual([`${root(1)}checkpoints/parts/${B}`]);
});

test('the newest stays even when none are to be kept, and an unreadable manifest protects all parts', async () => {
  await part(1, A);
  await part(1, B);
  await checkpoint(1, 1, [A]);
  await deps.store.put(root(1) + manifestName(2), 'garbage');
  await pruneRun(deps, NODE, 0, signal);
  expect(deps.fakeStore.keys().filter((key) => key.includes('checkpoints/'))).toEqual([
    root(1) + manifestName(2),
    `${root(1)}checkpoints/parts/${A}`,
    `${root(1)}checkpoints/parts/${B}`,
  ]);
});
