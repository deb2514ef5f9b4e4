import { MockActivityEnvironment } from '@temporalio/testing';
import { createRestoreCheckpoint } from '../../../activities/checkpoints/restore-checkpoint';
import { SpecStore } from '../../../activities/step/spec-store';
import { manifestName, type RestoreRequest } from '../../../contract';
import { specOf } from '../../support/spec';
import { type FakeDeps, fakeDeps, HOST, storeSpec } from '../support/deps';
import { A, B, C, root, Written } from './support/written';

let deps: FakeDeps;
let host: Written;
beforeEach(async () => {
  deps = fakeDeps();
  host = new Written(deps);
  await storeSpec(deps, specOf());
});

const restore = () =>
  new MockActivityEnvironment().run(createRestoreCheckpoint(deps, new SpecStore(deps.store, 'p/')), { host: HOST });

test('restore offers the newest by attempt, then number, with the URLs of their parts', async () => {
  await host.part(1, A);
  await host.checkpoint(1, 5, [A]);
  const newest = await host.checkpoint(1, 20, [A]);
  await host.part(2, B);
  const again = await host.checkpoint(2, 20, [B]);
  for (const step of [1, 2, 3, 4]) await host.checkpoint(1, step, [A]);
  let request: RestoreRequest | undefined;
  deps.fakeAgent.answers.restore = (asked) => {
    request = asked as unknown as RestoreRequest;
    return { step: 200, attempt: 1, key: newest, files: 3, bytes: 9, damaged: [{ key: again, why: 'part missing' }] };
  };
  const done = await restore();
  expect(request?.candidates.map(({ step, attempt }) => [step, attempt])).toEqual([
    [200, 2],
    [200, 1],
    [50, 1],
    [40, 1],
    [30, 1],
  ]);
  expect(request?.candidates[0]?.partUrls).toEqual({
    [B]: `http://s3.test/trainctl/${root(2)}checkpoints/parts/${B}?signed`,
  });
  expect(done).toEqual({
    did: true,
    detail: 'step 200, 3 files verified (1 damaged one passed over)',
    checkpoint: { step: 200, attempt: 1, key: newest, bytes: 9 },
    damaged: [`${again}: part missing`],
  });
});

test('what an attempt that was given up is still uploading is not offered; then the later attempt comes first', async () => {
  await host.part(1, A);
  await host.checkpoint(1, 5, [A]);
  await host.part(1, B);
  let offered: (number | null)[][] = [];
  deps.fakeAgent.answers.restore = (asked) => {
    const { candidates } = asked as unknown as RestoreRequest;
    offered = candidates.map(({ step, attempt }) => [step, attempt]);
    return { ...candidates[0], files: 1, bytes: 1, damaged: [] };
  };
  await restore();
  expect(offered).toEqual([[50, 1]]);
  await host.checkpoint(2, 7, [C]);
  await host.checkpoint(1, 9, [A, B]);
  await restore();
  expect(offered).toEqual([
    [70, 2],
    [90, 1],
    [50, 1],
  ]);
});

test('a suspect one comes after every whole one, and is said to be one', async () => {
  await host.checkpoint(1, 1, [A]);
  await host.checkpoint(1, 2, [A], { step: null, suspect: 'last.pkl was open for writing' });
  let offered: RestoreRequest['candidates'] = [];
  deps.fakeAgent.answers.restore = (asked) => {
    offered = (asked as unknown as RestoreRequest).candidates;
    return { ...offered[1], files: 1, bytes: 1, damaged: [] };
  };
  const done = await restore();
  expect(offered).toMatchObject([
    { step: 10, number: 1 },
    { step: null, number: 2, suspect: expect.anything() },
  ]);
  expect(done).toMatchObject({
    detail: 'checkpoint 2 of attempt 1, 1 file verified, suspect: last.pkl was open for writing',
    checkpoint: { step: null, number: 2, suspect: 'last.pkl was open for writing' },
  });
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
