import { createObjectStore, type ObjectStore } from '../../../../adapters/aws';
import { localSettings } from '../support/settings';

let store: ObjectStore;
beforeAll(() => {
  store = createObjectStore(localSettings('http://127.0.0.1:9'));
});
afterAll(() => store.close());

const policyOf = (fields: Record<string, string>): { expiration: string; conditions: unknown[] } =>
  JSON.parse(Buffer.from(fields.Policy ?? '', 'base64').toString());

test('a write grant covers its prefix and nothing else', async () => {
  const grant = await store.presignPost({ keyPrefix: 'runs/k/a/1/0/', expiresSeconds: 600, maxBytes: 1000 });
  expect(grant.url).toBe('http://127.0.0.1:9/trainctl-test');
  expect(grant.fields).not.toHaveProperty('key');
  expect(grant.fields).not.toHaveProperty('file');
  const policy = policyOf(grant.fields);
  expect(policy.conditions).toContainEqual(['starts-with', '$key', 'runs/k/a/1/0/']);
  expect(policy.conditions).toContainEqual(['content-length-range', 0, 1000]);
  expect(policy.conditions).toContainEqual({ bucket: 'trainctl-test' });
  // S3 refuses a form with a field that no condition covers.
  const covered = policy.conditions.flatMap((c) => (Array.isArray(c) ? [] : Object.keys(c as object)));
  const exempt = ['Policy', 'X-Amz-Signature'];
  expect(Object.keys(grant.fields).filter((f) => !covered.includes(f) && !exempt.includes(f))).toEqual([]);
  expect(Math.abs(grant.expires - Date.now() / 1000 - 600)).toBeLessThan(60);
  expect(Math.abs(Date.parse(policy.expiration) / 1000 - grant.expires)).toBeLessThan(3);
});

test.each(['', '$' + '{filename}'])('a write grant for the prefix "%s" is refused', async (keyPrefix) => {
  await expect(store.presignPost({ keyPrefix })).rejects.toThrow(/prefix/);
});

test('a read grant signs nothing that a plain HTTP client does not send', async () => {
  const url = new URL(await store.presignGet('data/a b+c.csv', { bucket: 'other', expiresSeconds: 60 }));
  expect(url.pathname).toBe('/other/data/a%20b%2Bc.csv');
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host');
  expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
  expect([...url.searchParams.keys()].filter((k) => /checksum/i.test(k))).toEqual([]);
});

test('expiry is cut to the week that S3 allows', async () => {
  const url = new URL(await store.presignGet('k', { expiresSeconds: 30 * 24 * 3600 }));
  expect(url.searchParams.get('X-Amz-Expires')).toBe('604800');
});
