import { SpecStore } from '../../../activities/step/spec-store';
import { specOf } from '../../support/spec';
import { type FakeDeps, failureOf, fakeDeps, NODE, storeSpec } from '../support/deps';

let deps: FakeDeps;
let specs: SpecStore;
beforeEach(async () => {
  deps = fakeDeps();
  specs = new SpecStore(deps.store, 'p/');
  await storeSpec(deps, specOf());
});

test('the spec is read once for each run; one that is gone or foreign ends the run', async () => {
  let reads = 0;
  const { get } = deps.fakeStore;
  deps.fakeStore.get = (...args) => {
    reads += 1;
    return get.apply(deps.fakeStore, args);
  };
  await specs.read(NODE);
  await specs.read(NODE);
  expect(reads).toBe(1);
  const failure = await failureOf(specs.read({ ...NODE, runKey: 'ffffffffffffffff' }));
  expect(failure).toMatchObject({ type: 'failed', nonRetryable: true, message: expect.stringContaining('is gone') });
  await deps.store.put(`p/runs/eeeeeeeeeeeeeeee/spec.json`, '{"version": 1}');
  expect((await failureOf(specs.read({ ...NODE, runKey: 'eeeeeeeeeeeeeeee' }))).message).toMatch(/is not the spec/);
});
