import type { Readable } from 'node:stream';
import { NoSuchObjectError, type ObjectStore, s3FaultOf } from '../adapters/aws';

/** What the client reads from S3, and nothing more. Made from the installation's object store; a map in tests. */
export interface ObjectReader {
  /** The whole object, or bytes `from` (included) to `end` (excluded); undefined when it is not there. */
  get(key: string, range?: { from: number; end: number }): Promise<Uint8Array | undefined>;
  /** The object as a stream, from another bucket if named; undefined when it is not there. */
  stream(key: string, bucket?: string): Promise<Readable | undefined>;
  /** Objects below a prefix in ascending order of their keys, optionally only those after a key. */
  list(prefix: string, options?: { startAfter?: string; bucket?: string }): AsyncIterable<ObjectEntry>;
}

export interface ObjectEntry {
  key: string;
  bytes: number;
}

/** The reading half of an object store, with "not there" as a value; that its bucket is not there is thrown. */
export function readerOf(store: Pick<ObjectStore, 'get' | 'getRange' | 'getStream' | 'list'>): ObjectReader {
  return {
    get: (key, range) => orAbsent(range ? store.getRange(key, range.from, range.end) : store.get(key)),
    stream: (key, bucket) => orAbsent(store.getStream(key, bucket === undefined ? {} : { bucket })),
    list: (prefix, options = {}) => store.list(prefix, options),
  };
}

async function orAbsent<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof NoSuchObjectError)) throw error;
    // That there is no bucket at all is no answer about one object of it.
    if (s3FaultOf(error.cause, '')?.of === 'bucket') throw error.cause;
    return undefined;
  }
}

/**
 * Reads a JSON object; undefined when it is not there. A damaged one is an error that names its key.
 * @param bytes of what a host writes, so many are looked at, and a damaged one counts as not there: it is no fault of whoever reads
 */
export async function getJson(objects: ObjectReader, key: string, bytes?: number): Promise<unknown> {
  const body = await objects.get(key, bytes === undefined ? undefined : { from: 0, end: bytes });
  if (body === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (cause) {
    if (bytes !== undefined) return undefined;
    throw new Error(`${key} is not JSON`, { cause });
  }
}

export async function listKeys(objects: ObjectReader, prefix: string, startAfter?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const entry of objects.list(prefix, startAfter === undefined ? {} : { startAfter })) keys.push(entry.key);
  return keys;
}
