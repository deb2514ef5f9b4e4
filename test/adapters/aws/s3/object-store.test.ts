import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { createObjectStore, NoSuchObjectError, type ObjectStore } from '../../../../adapters/aws';
import { startLocalCloud } from '../../../activities/support/ec2/local-cloud';

let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
let store: ObjectStore;
beforeAll(async () => {
  cloud = await startLocalCloud();
  store = createObjectStore(cloud.settings);
  await store.ensureBucket();
});
afterAll(async () => {
  store.close();
  await cloud.close();
});

const keys = async (prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found;
};

test('a bucket that is there is left as it is', async () => {
  await store.put('kept', 'x');
  await store.ensureBucket();
  expect((await store.get('kept')).toString()).toBe('x');
});

test('what is put is got, whole and in ranges', async () => {
  const body = randomBytes(100_000);
  await store.put('a b/ü+c.bin', body, { contentType: 'application/x-test' });
  expect((await store.get('a b/ü+c.bin')).equals(body)).toBe(true);
  expect((await store.getRange('a b/ü+c.bin', 10, 20)).equals(body.subarray(10, 20))).toBe(true);
  expect(await store.getRange('a b/ü+c.bin', 99_990, 200_000)).toHaveLength(10);
  expect(await store.getRange('a b/ü+c.bin', 100_000, 100_010)).toHaveLength(0);
  expect(await store.getRange('a b/ü+c.bin', 5, 5)).toHaveLength(0);
  expect(await store.head('a b/ü+c.bin')).toMatchObject({ bytes: 100_000, contentType: 'application/x-test' });
});

test('a missing key is an error of its own, or nothing', async () => {
  await expect(store.get('none')).rejects.toBeInstanceOf(NoSuchObjectError);
  await expect(store.getRange('none', 0, 1)).rejects.toBeInstanceOf(NoSuchObjectError);
  await expect(store.copy('none', 'x')).rejects.toBeInstanceOf(NoSuchObjectError);
  expect(await store.head('none')).toBeUndefined();
});

test('of many that put if absent one wins', async () => {
  const won = await Promise.all(Array.from({ length: 8 }, (_, i) => store.putIfAbsent('once', `writer ${i}`)));
  expect(won.filter(Boolean)).toHaveLength(1);
  expect((await store.get('once')).toString()).toBe(`writer ${won.indexOf(true)}`);
});

test('a stream of unknown length goes up in parts, in small reads too', async () => {
  const body = randomBytes(9 * 1024 * 1024 + 7);
  const small = function* () {
    for (let i = 0; i < body.length; i += 100_000) yield body.subarray(i, i + 100_000);
  };
  await store.upload('big', Readable.from(small()));
  expect((await store.get('big')).equals(body)).toBe(true);
  await store.upload('small', Readable.from([Buffer.from('tiny')]));
  expect((await store.get('small')).toString()).toBe('tiny');
});

test('an upload that is aborted, or whose source fails, leaves no object', async () => {
  const why = new Error('enough');
  const abort = new AbortController();
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(1024 * 1024));
      if (!abort.signal.aborted) setImmediate(() => abort.abort(why));
    },
  });
  await expect(store.upload('endless', endless, { signal: abort.signal })).rejects.toBe(why);
  const broken = new Readable({
    read() {
      this.destroy(new Error('disk'));
    },
  });
  await expect(store.upload('broken', broken)).rejects.toThrow('disk');
  expect([await store.head('endless'), await store.head('broken')]).toEqual([undefined, undefined]);
});

test('lists go on over pages, deletes over batches, copies by key', async () => {
  const names = Array.from({ length: 1003 }, (_, i) => `many/${String(i).padStart(4, '0')}`);
  for (let i = 0; i < names.length; i += 50) {
    await Promise.all(names.slice(i, i + 50).map((name) => store.put(name, name)));
  }
  expect(await keys('many/')).toEqual(names);
  await store.copy('many/0001', 'copied/ö x');
  expect((await store.get('copied/ö x')).toString()).toBe('many/0001');
  await store.delete([...names, 'many/never']);
  expect(await keys('many/')).toEqual([]);
}, 60_000);

describe('grants', () => {
  const post = (url: string, fields: Record<string, string>, key: string, body: string): Promise<Response> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('key', key);
    form.set('file', new Blob([body]));
    return fetch(url, { method: 'POST', body: form });
  };

  test('a write grant writes below its prefix, up to its size, and nowhere else', async () => {
    const grant = await store.presignPost({ keyPrefix: 'runs/k/a/1/0/', maxBytes: 10 });
    expect((await post(grant.url, grant.fields, 'runs/k/a/1/0/log/1', 'hello')).status).toBe(204);
    expect((await store.get('runs/k/a/1/0/log/1')).toString()).toBe('hello');
    expect((await post(grant.url, grant.fields, 'runs/k/summary.json', 'x')).status).toBe(403);
    expect((await post(grant.url, grant.fields, 'runs/k/a/1/0/big', 'x'.repeat(11))).status).toBe(400);
    expect(await keys('runs/')).toEqual(['runs/k/a/1/0/log/1']);
  });

  test('a read grant reads that key, and ranges of it', async () => {
    await store.put('granted', '0123456789');
    const url = await store.presignGet('granted');
    expect(await (await fetch(url)).text()).toBe('0123456789');
    expect(await (await fetch(url, { headers: { range: 'bytes=2-4' } })).text()).toBe('234');
    expect((await fetch(url.replace('/granted', '/kept'))).status).toBe(403);
  });
});
