import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import type { Store } from './store';

export type Entry = Pick<Header, 'name'> & Partial<Header> & { content?: string | Buffer };

/** The bytes of a tar with those entries. */
export async function tar(entries: Entry[]): Promise<Buffer> {
  const packed = pack();
  for (const { content, ...header } of entries) packed.entry(header, content ?? '');
  packed.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packed as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Puts a snapshot into the store; answers what `sync` is told about it. */
export async function snapshot(
  store: Store,
  entries: Entry[],
): Promise<{ url: string; sha256: string; bytes: number }> {
  const plain = await tar(entries);
  const sha256 = createHash('sha256').update(plain).digest('hex');
  writeFileSync(store.file(`code/${sha256}.tar.gz`), gzipSync(plain));
  return { url: store.download(`code/${sha256}.tar.gz`), sha256, bytes: plain.length };
}

/** Puts the times of a snapshot's entries, in nanoseconds, into the store; answers what `sync` is told about them. */
export function times(store: Store, entries: Record<string, bigint>): { url: string; sha256: string } {
  const text = Object.entries(entries)
    .map(([name, ns]) => `${ns} ${name}\0`)
    .join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  writeFileSync(store.file(`code/times-${sha256}.gz`), gzipSync(text));
  return { url: store.download(`code/times-${sha256}.gz`), sha256 };
}
