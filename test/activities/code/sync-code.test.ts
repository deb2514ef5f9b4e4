import { createSyncCode } from '../../../activities/code/sync-code';
import { SpecStore } from '../../../activities/step/spec-store';
import { type SyncRequest, snapshotKey, snapshotTimesKey } from '../../../contract';
import { specOf } from '../../support/spec';
import { failureOf, HOST, storeSpec } from '../support/deps';
import { DIR, deps, env, specs } from '../support/step';

const SHA = 'f'.repeat(64);

test('code: the snapshot by a signed URL', async () => {
  await storeSpec(deps, specOf({ code: { snapshot: SHA } }));
  await deps.store.put(snapshotKey('p/', SHA), 'tar');
  deps.fakeAgent.answers.sync = () => ({ files: 14, bytes: 99 });
  expect(await env().run(createSyncCode(deps, specs), { host: HOST })).toEqual({
    did: true,
    detail: '14 files unpacked (3 B packed)',
  });
  expect(deps.fakeAgent.calls).toEqual([
    {
      verb: 'sync',
      request: {
        dir: DIR,
        archive: { url: `http://s3.test/trainctl/${snapshotKey('p/', SHA)}?signed`, sha256: SHA, bytes: 3 },
      },
    },
  ]);
});

test('code: the times of its files go along, while S3 has them', async () => {
  const times = 'e'.repeat(64);
  await storeSpec(deps, specOf({ code: { snapshot: SHA, times } }));
  await deps.store.put(snapshotKey('p/', SHA), 'tar');
  deps.fakeAgent.answers.sync = () => ({ files: 14, bytes: 99 });
  await env().run(createSyncCode(deps, specs), { host: HOST });
  await deps.store.put(snapshotTimesKey('p/', times), 'gz');
  await env().run(createSyncCode(deps, specs), { host: HOST });
  const url = `http://s3.test/trainctl/${snapshotTimesKey('p/', times)}?signed`;
  expect(deps.fakeAgent.calls.map(({ request }) => (request as unknown as SyncRequest).archive?.times)).toEqual([
    undefined,
    { url, sha256: times },
  ]);
});

test('no code: an empty folder; a snapshot that went away: failed', async () => {
  deps.fakeAgent.answers.sync = () => ({ files: 0, bytes: 0 });
  expect(await env().run(createSyncCode(deps, specs), { host: HOST })).toEqual({ did: false, detail: 'no code' });
  await storeSpec(deps, specOf({ code: { snapshot: SHA } }));
  const failure = await failureOf(env().run(createSyncCode(deps, new SpecStore(deps.store, 'p/')), { host: HOST }));
  expect(failure).toMatchObject({ type: 'failed', message: expect.stringContaining('trainctl snapshot DIR') });
});
