import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import {
  FileChangedError,
  packSelection,
  type SnapshotStore,
  selectFiles,
  uploadSnapshot,
} from '../../../adapters/snapshot';
import { folder, removeFolders } from './folder';

afterEach(removeFolders);

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
  expect(first.snapshot).toBe(await packSelection(await selectFiles(dir)).sha256());
  expect(gunzipSync(store.objects.get(first.key) ?? Buffer.alloc(0))).toHaveLength(2048);

  const second = await uploadSnapshot(await selectFiles(dir), store, 'team/');
  expect(second).toMatchObject({ uploaded: false, snapshot: first.snapshot });
  expect(store.uploads).toBe(1);
});

test('stores nothing when a file changes between hashing and sending', async () => {
  const { dir } = folder({ a: 'x' });
  const store = new MemoryStore();
  const head = store.head.bind(store);
  store.head = async (key) => {
    writeFileSync(path.join(dir, 'a'), 'y');
    return head(key);
  };
  await expect(uploadSnapshot(dir, store, '')).rejects.toThrow(FileChangedError);
  expect(store.objects.size).toBe(0);
});
