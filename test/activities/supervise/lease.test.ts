import { specOf } from '../../support/spec';
import { type FakeDeps, storeSpec } from '../support/deps';
import { until } from '../support/until';
import { FINAL, start, supervised } from './support/supervised';

let deps: FakeDeps;
beforeEach(async () => {
  deps = await supervised();
});

test('renews the lease at once, with grants for the node and each output elsewhere, never past the host deadline', async () => {
  await storeSpec(deps, specOf({ outputs: [{ from: 'out/' }, { from: 'm', to: 's3://other/results' }] }));
  const hostDeadline = Math.floor(Date.now() / 1000) + 100;
  const { done } = start(deps, { hostDeadline });
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => attachment.commands.length > 0);
  expect(attachment.commands[0]).toMatchObject({
    t: 'renew',
    leaseSeconds: expect.any(Number),
    leaseUntil: expect.any(Number),
    grants: {
      node: { keyPrefix: 'p/runs/0123456789abcdef/a/2/0/' },
      outputs: { 1: { url: 'http://s3.test/other', keyPrefix: 'results/' } },
    },
  });
  const renewed = attachment.commands[0];
  if (renewed?.t !== 'renew') throw new Error('no renewal');
  expect(renewed.leaseSeconds).toBeLessThanOrEqual(100);
  expect(renewed.leaseSeconds).toBeGreaterThan(40);
  expect(renewed.leaseUntil).toBeLessThanOrEqual(hostDeadline);
  attachment.say({ t: 'final', final: FINAL });
  await done;
});

test('renews at a quarter of the lease, and signs new grants only past half of their life', async () => {
  const { done } = start(deps, { leaseSeconds: 1 });
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => attachment.commands.length >= 3);
  expect(attachment.commands.map((command) => 'grants' in command)).toEqual([true, false, false]);
  attachment.say({ t: 'final', final: FINAL });
  await done;
});
