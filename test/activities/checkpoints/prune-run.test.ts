import { judgeCheckpoint, newLook } from '../../../activities/checkpoints/judged';
import { pruneRun } from '../../../activities/checkpoints/prune-run';
import type { Lineage } from '../../../contract';
import { type FakeDeps, fakeDeps, NODE } from '../support/deps';
import { A, B, C, manifestKey, ownPart, partKey, Written } from './support/written';

const signal = new AbortController().signal;

let deps: FakeDeps;
let host: Written;
beforeEach(() => {
  deps = fakeDeps();
  host = new Written(deps);
});

const left = (): string[] => deps.fakeStore.keys().filter((key) => key.includes('checkpoints/'));
const manifests = (): string[] => left().filter((key) => key.endsWith('.json'));
const garbage = (attempt: number, number: number) => deps.store.put(manifestKey(attempt, number), 'garbage');

test('the newest stay, over all attempts of a lineage, and parts go that nothing names any more', async () => {
  await host.part(1, A);
  await host.part(1, B);
  await host.checkpoint(1, 1, [A, B]);
  const second = await host.checkpoint(1, 2, [B]);
  await host.part(2, C);
  const third = await host.checkpoint(2, 1, [C]);
  expect(await pruneRun(deps, NODE, { keep: 2 }, signal)).toEqual({ removed: 1, missing: [] });
  expect(left()).toEqual([second, partKey(1, B), third, partKey(2, C)]);
});

test('it is the attempt and the number that say which is newer, never the step', async () => {
  for (const number of [1, 2, 3]) await host.whole(1, number, { step: 1000 * number });
  const mine = await host.whole(2, 1, { step: 10 });
  await pruneRun(deps, NODE, { keep: 1, training: 2 }, signal);
  expect(manifests()).toEqual([mine]);
});

test('what cannot be restored takes no place from what can', async () => {
  const good = [await host.whole(1, 1), await host.whole(1, 2)];
  await host.checkpoint(1, 3, [A]);
  await garbage(1, 4);
  await host.checkpoint(2, 1, [B], { files: [{ path: 'w', size: 1e308, mode: 1, parts: [] }] });
  expect(await pruneRun(deps, NODE, { keep: 2 }, signal)).toMatchObject({ removed: 2 });
  // The newest of the damaged ones stays to be looked into.
  expect(manifests()).toEqual([...good, manifestKey(2, 1)]);
});

test('so it is with suspect ones and with those that failed; the newest of each stays', async () => {
  const good = [await host.whole(1, 1), await host.whole(1, 2)];
  const suspect = [
    await host.whole(1, 3, { suspect: 'w was open' }),
    await host.whole(1, 4, { suspect: 'w was open' }),
  ];
  const failed = await host.whole(1, 5);
  const own = await host.whole(2, 1);
  const lineage: Lineage = { resumed: [[2, 1]], failed: [failed], fruitless: [2] };
  await pruneRun(deps, NODE, { keep: 2, lineage }, signal);
  expect(manifests()).toEqual([...good, suspect[1], own]);
});

test('a lineage is not displaced by another: what began anew counts for itself', async () => {
  const first = [await host.whole(1, 1), await host.whole(1, 2)];
  const anew = [await host.whole(2, 1), await host.whole(2, 2), await host.whole(2, 3)];
  const further = await host.whole(3, 1);
  const lineage: Lineage = { resumed: [[3, 2]], failed: [], fruitless: [] };
  await pruneRun(deps, NODE, { keep: 2, lineage, training: 3 }, signal);
  expect(manifests()).toEqual([...first, anew[2], further]);
});

test('what another execution of the run left, before a reset, stays and counts for nothing', async () => {
  const other = [await host.whole(1, 8, { instance: 'i-old' }), await host.whole(1, 9, { instance: 'i-old' })];
  const own = await host.whole(1, 1, { instance: 'i-new' });
  const newer = await host.whole(1, 2, { instance: 'i-new' });
  const later = await host.whole(2, 1, { instance: 'i-later' });
  const lineage: Lineage = { resumed: [], failed: [], fruitless: [], launched: [[1, 'i-new']] };
  // The supervision of an attempt does not know what was launched after it.
  await pruneRun(deps, NODE, { keep: 1, lineage, training: 1 }, signal);
  expect(manifests()).toEqual([newer, ...other, later]);
  expect(await deps.store.head(own)).toBeUndefined();
  await pruneRun(deps, NODE, { keep: 1, lineage }, signal);
  expect(manifests()).toEqual([newer, ...other, later]);
});

test('one of a newer format stays, with all that it may name', async () => {
  await host.part(1, A);
  const newer = await host.checkpoint(1, 1, [], { format: 2 });
  const good = await host.whole(1, 2);
  await pruneRun(deps, NODE, { keep: 1 }, signal);
  expect(left()).toEqual([newer, good, partKey(1, ownPart(1, 2)), partKey(1, A)].sort());
});

describe('beside a training', () => {
  test('a part that is younger than the newest manifest stays: its own manifest may be on its way', async () => {
    await host.part(2, A);
    await host.checkpoint(2, 1, [A]);
    await host.checkpoint(2, 2, []);
    await host.part(2, B);
    await pruneRun(deps, NODE, { keep: 1, training: 2 }, signal);
    expect(left()).toEqual([manifestKey(2, 2), partKey(2, B)]);
    await pruneRun(deps, NODE, { keep: 1 }, signal);
    expect(left()).toEqual([manifestKey(2, 2)]);
  });

  test('what the agent believes to be in S3 stays, whatever its newest manifest is worth, and it is told what is not', async () => {
    const good = await host.whole(2, 1);
    await host.part(2, A);
    await host.part(2, B);
    const newest = await host.checkpoint(2, 2, [A, B]);
    await host.whole(1, 1);
    await deps.store.delete([partKey(2, B)]);
    const pruned = await pruneRun(deps, NODE, { keep: 1, training: 2 }, signal);
    expect(pruned).toMatchObject({ missing: [B] });
    expect(left()).toEqual([good, newest, partKey(2, ownPart(2, 1)), partKey(2, A)].sort());
  });

  test('an unreadable manifest of an agent that works protects all of its parts; one of a dead attempt protects none', async () => {
    await host.part(1, A);
    await garbage(1, 1);
    await host.part(2, B);
    await garbage(2, 2);
    await pruneRun(deps, NODE, { keep: 1, training: 2 }, signal);
    expect(left()).toEqual([manifestKey(2, 2), partKey(2, B)]);
  });

  test('parts of an attempt without any manifest are not touched: the first may be on its way', async () => {
    await host.part(2, A);
    await host.part(3, B);
    await pruneRun(deps, NODE, { keep: 1, training: 2 }, signal);
    expect(left()).toEqual([partKey(2, A), partKey(3, B)]);
  });

  test('a part that was sent again since it was listed is not removed', async () => {
    await host.part(2, A);
    await host.checkpoint(2, 1, [A]);
    await host.checkpoint(2, 2, []);
    const remove = deps.fakeStore.delete.bind(deps.fakeStore);
    deps.fakeStore.delete = async (keys) => {
      // The agent packs while the manifests go.
      if (keys.some((key) => key.endsWith('.json'))) await host.part(2, A);
      await remove(keys);
    };
    await pruneRun(deps, NODE, { keep: 1, training: 2 }, signal);
    expect(left()).toEqual([manifestKey(2, 2), partKey(2, A)]);
  });
});

test('of manifests without end the newest are read, and the rest is left as it is', async () => {
  const read: string[] = [];
  const getRange = async (key: string): Promise<Buffer> => {
    read.push(key);
    return Buffer.from('{"format":1,"files":[]}');
  };
  const look = newLook();
  const kinds: string[] = [];
  for (const number of [9, 8, 7, 6]) {
    const stored = { number, attempt: 1, node: 0, key: `${number}`, bytes: 70 * 1024 ** 2, modifiedAt: 0 };
    kinds.push((await judgeCheckpoint({ getRange }, stored, { parts: new Map() }, look)).kind);
  }
  expect(kinds).toEqual(['good', 'good', 'unknown', 'unknown']);
  expect(read).toEqual(['9', '8']);
});
