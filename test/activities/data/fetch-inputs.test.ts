import { createFetchInputs } from '../../../activities/data/fetch-inputs';
import { specOf } from '../../support/spec';
import { HOST, storeSpec } from '../support/deps';
import { DIR, deps, env, specs } from '../support/step';

test('inputs: listed by the worker, fetched by the host', async () => {
  await storeSpec(deps, specOf({ inputs: [{ from: 's3://data/d/', to: 'data/' }] }));
  await deps.store.put('d/a', 'abc', { bucket: 'data' });
  deps.fakeAgent.answers.fetch = () => ({ files: 12, bytes: 48_000_000, seconds: 1.2 });
  expect(await env().run(createFetchInputs(deps, specs), { host: HOST })).toEqual({
    did: true,
    detail: '12 files, 48 MB in 1.2 s',
  });
  expect(deps.fakeAgent.calls[0]?.request).toEqual({
    dir: DIR,
    held: true,
    inputs: [{ to: 'data/', files: [{ url: 'http://s3.test/data/d/a?signed', path: 'a', bytes: 3 }] }],
  });
});
