import { MockActivityEnvironment } from '@temporalio/testing';
import { createRestoreCheckpoint } from '../../../activities/checkpoints/restore-checkpoint';
import { SpecStore } from '../../../activities/step/spec-store';
import type { Lineage, RestoreDone, RestoreRequest } from '../../../contract';
import { specOf } from '../../support/spec';
import { type FakeDeps, fakeDeps, HOST, storeSpec } from '../support/deps';
import { A, B, C, manifestKey, ownPart, partKey, Written } from './support/written';

let deps: FakeDeps;
let host: Written;
/** What was offered to the host, request by request. */
let offered: RestoreRequest['candidates'][];
/** What the host answers of each candidate: why it is damaged, if it is. */
let damagedOnHost: (key: string) => string | undefined;
beforeEach(async () => {
  deps = fakeDeps();
  host = new Written(deps);
  offered = [];
  damagedOnHost = () => undefined;
  deps.fakeAgent.answers.restore = (asked) => {
    const { candidates } = asked as unknown as RestoreRequest;
    offered.push(candidates);
    const damaged = [];
    for (const { key, step, attempt } of candidates) {
      const why = damagedOnHost(key);
      if (why === undefined) return { step, attempt, key, files: 3, bytes: 9, damaged };
      damaged.push({ key, why });
    }
    return { step: null, attempt: null, key: null, files: 0, bytes: 0, damaged };
  };
  await storeSpec(deps, specOf());
});

const restore = (lineage?: Lineage): Promise<RestoreDone> =>
  new MockActivityEnvironment().run(createRestoreCheckpoint(deps, new SpecStore(deps.store, 'p/')), {
    host: HOST,
    ...(lineage ? { lineage } : {}),
  });
const keys = (): string[][] => offered.map((candidates) => candidates.map(({ key }) => key));

test('offers the newest by attempt, then by number, with the URLs of their parts; never by step', async () => {
  await host.part(1, A);
  await host.checkpoint(1, 1, [A], { step: 900 });
  await host.checkpoint(1, 2, [A], { step: 1000, createdAt: '2026-11-30T14:03:22.000Z' });
  await host.part(2, B);
  const again = await host.checkpoint(2, 1, [B], { step: 5 });
  damagedOnHost = (key) => (key === again ? 'part has other content' : undefined);
  const done = await restore();
  expect(keys()).toEqual([[again, manifestKey(1, 2), manifestKey(1, 1)]]);
  expect(offered[0]?.[0]?.partUrls).toEqual({ [B]: `http://s3.test/trainctl/${partKey(2, B)}?signed` });
  expect(done).toEqual({
    did: true,
    detail: 'step 1000, 3 files verified (1 damaged one passed over)',
    checkpoint: { step: 1000, attempt: 1, number: 2, at: '2026-11-30T14:03:22.000Z', key: manifestKey(1, 2), bytes: 9 },
    damaged: [`${again}: part has other content`],
  });
});

test('what another execution of the run left, before a reset, is not offered', async () => {
  await host.whole(1, 9, { instance: 'i-old' });
  const own = await host.whole(1, 1, { instance: 'i-new' });
  const older = await host.whole(1, 2);
  await host.whole(2, 5, { instance: 'i-old-2' });
  const launched: Lineage['launched'] = [[1, 'i-new']];
  const done = await restore({ resumed: [], failed: [], fruitless: [], launched });
  expect(keys()).toEqual([[older, own]]);
  expect(done.detail).toContain('(2 from before a reset left out)');
});

test('a suspect one comes after all whole ones, and is called so', async () => {
  const whole = await host.whole(1, 1);
  const suspect = await host.whole(1, 2, { step: null, suspect: 'last.pkl was open for writing' });
  damagedOnHost = (key) => (key === whole ? 'gone' : undefined);
  const done = await restore();
  expect(keys()).toEqual([[whole, suspect]]);
  expect(done).toMatchObject({ checkpoint: { step: null, suspect: 'last.pkl was open for writing' } });
  expect(done.detail).toMatch(
    /^checkpoint 2 of attempt 1, 3 files verified, suspect: last.pkl was open for writing \(/,
  );
});

test('one that failed to resume is left out, and so is what an attempt left that got nowhere', async () => {
  const good = await host.whole(1, 1);
  const failed = await host.whole(1, 2);
  await host.whole(2, 1);
  const done = await restore({ resumed: [[2, 1]], failed: [failed], fruitless: [2] });
  expect(keys()).toEqual([[good]]);
  expect(done.detail).toBe('step 10, 3 files verified (2 that failed to resume left out)');
});

test('what S3 does not have whole is not offered, nor what no agent wrote; however many there are, the one before is used', async () => {
  const good = await host.whole(1, 1);
  for (let number = 2; number <= 9; number += 1) await host.checkpoint(1, number, [C]);
  await deps.store.put(manifestKey(2, 1), 'garbage');
  await host.part(2, A);
  await host.checkpoint(2, 2, [A], { files: [{ path: 'w', size: 1e308, mode: 1, parts: [] }] });
  const done = await restore();
  expect(keys()).toEqual([[good]]);
  expect(done).toMatchObject({
    checkpoint: { key: good },
    detail: expect.stringContaining('10 damaged ones passed over'),
  });
  expect(done.damaged).toHaveLength(5);
});

test('when the host can use none of the first five, it is offered the next', async () => {
  for (let number = 1; number <= 7; number += 1) await host.whole(1, number);
  damagedOnHost = (key) => (key === manifestKey(1, 1) ? undefined : 'larger than the disk');
  const done = await restore();
  expect(offered.map((candidates) => candidates.length)).toEqual([5, 2]);
  expect(done.checkpoint).toMatchObject({ attempt: 1, number: 1 });
});

test('what an attempt that was given up is still uploading is not offered; once it is whole, it is', async () => {
  await host.whole(1, 1);
  await host.part(1, B);
  await restore();
  await host.checkpoint(1, 2, [B, ownPart(1, 1)]);
  await restore();
  expect(keys()).toEqual([[manifestKey(1, 1)], [manifestKey(1, 2), manifestKey(1, 1)]]);
});

test('nothing to restore: from the beginning, and the host is not asked', async () => {
  const beginning = { did: false, detail: 'from the beginning', checkpoint: null, damaged: [] };
  expect(await restore()).toEqual(beginning);
  await deps.store.put(manifestKey(1, 3), '[');
  expect(await restore()).toEqual({
    ...beginning,
    detail: 'from the beginning (1 damaged one passed over)',
    damaged: [`${manifestKey(1, 3)}: its manifest is no JSON document`],
  });
  expect(deps.fakeAgent.calls).toEqual([]);
});
