import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { type SnapshotStore, selectFiles, uploadSnapshot } from '../../../adapters/snapshot';
import { folder, removeFolders } from './folder';
import { closePacked, idOf } from './packed';

afterEach(async () => {
  await closePacked();
  removeFolders();
});

/** Stores whole streams only, as the interface asks. */
class MemoryStore implements SnapshotStore {
  readonly objects = new Map<string, Buffer>();
  uploads = 0;

  async head(key: string): Promise<{ bytes: number } | undefined> {
    const object = this.objects.get(key);
    return object && { bytes: object.length };
  }

  async upload(key: string, body: Readable): Promise<void> {
    this.uploads++;
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    this.objects.set(key, Buffer.concat(chunks));
  }
}

test('stores the gzipped tar under its id, once', async () => {
  const store = new MemoryStore();
  const { dir } = folder({ a: 'x' });
  const first = await uploadSnapshot(dir, store, 'team/');
  expect(first).toMatchObject({ uploaded: true, key: `team/code/${first.snapshot}.tar.gz` });
  expect(first.snapshot).toBe(await idOf(dir));
  expect(gunzipSync(store.objects.get(first.key) ?? Buffer.alloc(0))).toHaveLength(2048);

  const second = await uploadSnapshot(await selectFiles(dir), store, 'team/');
  expect(second).toMatchObject({ uploaded: false, snapshot: first.snapshot });
  expect(store.uploads).toBe(2);
});

test('is sent anew when that was more than a day ago: the age of code in S3 is that of its last sending', async () => {
  const store = new MemoryStore();
  const { dir } = folder({ a: 'x' });
  await uploadSnapshot(dir, store, '');
  const aged = (hours: number): SnapshotStore => ({
    head: async (key) => ({ bytes: 1, ...(await store.head(key)), modifiedAt: Date.now() - hours * 3_600_000 }),
    upload: (key, body) => store.upload(key, body),
  });
  expect((await uploadSnapshot(dir, aged(23), '')).uploaded).toBe(false);
  expect(store.uploads).toBe(2);
  expect((await uploadSnapshot(dir, aged(25), '')).uploaded).toBe(true);
  expect(store.uploads).toBe(4);
});

test('stores what was hashed, whatever becomes of the file before it is sent', async () => {
  const { dir } = folder({ a: 'x' });
  const store = new MemoryStore();
  const head = store.head.bind(store);
  store.head = async (key) => {
    writeFileSync(path.join(dir, 'a'), 'y');
    return head(key);
  };
  const { key } = await uploadSnapshot(dir, store, '');
  expect(gunzipSync(store.objects.get(key) ?? Buffer.alloc(0)).toString('utf8', 512, 513)).toBe('x');
});

test('other times of the same content are stored beside it, and the content is not sent again', async () => {
  const store = new MemoryStore();
  const { dir } = folder({ a: 'x' });
  utimesSync(path.join(dir, 'a'), 1_000_000_000, 1_000_000_000);
  const first = await uploadSnapshot(dir, store, 'team/');
  utimesSync(path.join(dir, 'a'), 1_500_000_000, 1_500_000_000);
  const second = await uploadSnapshot(dir, store, 'team/');
  expect(second).toMatchObject({ uploaded: false, snapshot: first.snapshot });
  const list = (times: string): string =>
    gunzipSync(store.objects.get(`team/code/times/${times}.gz`) ?? Buffer.alloc(0)).toString();
  expect(list(first.times)).toBe('1000000000000000000 a\0');
  expect(list(second.times)).toBe('1500000000000000000 a\0');
});
