import fc from 'fast-check';
import {
  DEFAULT_INSTALLATION,
  differencesOf,
  INSTALLATION_PARTS,
  type Installation,
  queuesOf,
  reconcileSchedule,
  sharePlace,
  superviseQueue,
} from '../../contract';
import { fingerprintOf, installationKey } from '../../contract/tokens';

const own: Installation = {
  name: 'default',
  cloud: 'aws',
  account: '111122223333',
  region: 'us-east-1',
  bucket: 'b',
  prefix: 'p/',
  secret: fingerprintOf(Buffer.alloc(32)),
};

test('what differs is named part by part', () => {
  expect(differencesOf(own, own)).toEqual([]);
  for (const part of INSTALLATION_PARTS) {
    const other = { ...own, [part]: 'other' } as Installation;
    expect(differencesOf(own, other)).toEqual([{ part, own: own[part], recorded: 'other' }]);
    expect(installationKey(other) === installationKey(own)).toBe(part === 'account');
  }
});

test('an account that could not be read is no difference', () => {
  const { account: _, ...unread } = own;
  expect(differencesOf(unread, own)).toEqual([]);
  expect(differencesOf(own, unread)).toEqual([]);
});

test('two names at one place are told, two buckets, prefixes, accounts or clouds are two places', () => {
  expect(sharePlace({ ...own, name: 'b', secret: 'x' }, own)).toBe(true);
  for (const part of ['bucket', 'prefix', 'account', 'cloud'] as const)
    expect(sharePlace({ ...own, name: 'b', [part]: 'other' } as Installation, own)).toBe(false);
});

test('a fingerprint is the same for the same secret alone', () => {
  expect(fingerprintOf(Buffer.alloc(32))).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprintOf(Buffer.alloc(32, 1))).not.toBe(own.secret);
});

const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/);

test('each installation has queues and a schedule of its own; those of the default one are as they were', () => {
  expect(queuesOf(DEFAULT_INSTALLATION)).toEqual({ main: 'trainctl', supervise: 'trainctl-supervise' });
  expect(reconcileSchedule(DEFAULT_INSTALLATION)).toBe('trainctl-reconcile');
  fc.assert(
    fc.property(name, name, (a, b) => {
      const queues = queuesOf(a);
      expect(superviseQueue(queues.main)).toBe(queues.supervise);
      if (a === b) return;
      const others: string[] = Object.values({ ...queuesOf(b) });
      expect(Object.values({ ...queues }).filter((queue) => others.includes(queue))).toEqual([]);
      expect(reconcileSchedule(a)).not.toBe(reconcileSchedule(b));
    }),
  );
});
