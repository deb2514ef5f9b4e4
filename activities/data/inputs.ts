import { type ObjectInfo, type ObjectStore, s3FaultOf } from '../../adapters/aws';
import { type Download, type Input, parseS3Url } from '../../contract';
import { userFailure } from '../step';

/** How long a URL of an input stays good: an install may run first, and a large fetch takes its time. */
const URL_SECONDS = 6 * 3600;

/** Objects of one input. More than that is a listing of tens of MB and hours of small requests. */
const MOST_OBJECTS = 200_000;

/**
 * The downloads of one input: one object, or everything below a prefix that ends in `/`.
 * @throws `failed`, in plain words, for what is missing, unreadable or named so that it would leave its folder.
 */
export async function listInput(store: ObjectStore, input: Input, signal?: AbortSignal): Promise<Download[]> {
  const address = parseS3Url(input.from);
  if (!address) throw userFailure(`input ${input.from} is not an S3 address (s3://bucket/key or s3://bucket/prefix/)`);
  try {
    const { bucket, key } = address;
    if (key !== '' && !key.endsWith('/')) return [await oneObject(store, input, bucket, key, signal)];
    return await belowPrefix(store, input, bucket, key, signal);
  } catch (error) {
    const fault = s3FaultOf(error, 'give the workers s3:GetObject and s3:ListBucket there');
    throw fault ? userFailure(`input ${input.from}: ${fault.message}`) : error;
  }
}

async function oneObject(
  store: ObjectStore,
  input: Input,
  bucket: string,
  key: string,
  signal?: AbortSignal,
): Promise<Download> {
  const options = { bucket, ...(signal && { signal }) };
  const found = await store.head(key, options);
  if (found) return { url: await url(store, bucket, key), path: '', bytes: found.bytes };
  for await (const _ of store.list(`${key}/`, options)) {
    throw userFailure(`input ${input.from}: there is no such object, but a folder of that name: write ${input.from}/`);
  }
  throw userFailure(`input ${input.from}: there is no such object`);
}

async function belowPrefix(
  store: ObjectStore,
  input: Input,
  bucket: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<Download[]> {
  const files: Download[] = [];
  for await (const object of store.list(prefix, { bucket, ...(signal && { signal }) })) {
    const path = relativePath(object, prefix, input);
    // Consoles make an empty object of a folder's name; it is no file.
    if (path === '' || (path.endsWith('/') && object.bytes === 0)) continue;
    if (files.length === MOST_OBJECTS) {
      throw userFailure(`input ${input.from} has more than ${MOST_OBJECTS} objects: pack them into archives first`);
    }
    files.push({ url: await url(store, bucket, object.key), path, bytes: object.bytes });
  }
  if (files.length === 0) throw userFailure(`input ${input.from}: there is nothing below this prefix`);
  return files;
}

function relativePath(object: ObjectInfo, prefix: string, input: Input): string {
  const path = object.key.slice(prefix.length);
  const parts = (path.endsWith('/') ? path.slice(0, -1) : path).split('/');
  if (path !== '' && parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))) {
    throw userFailure(
      `input ${input.from}: object ${JSON.stringify(object.key)} cannot be a file in a folder: rename it, or name the objects you need one by one`,
    );
  }
  return path;
}

function url(store: ObjectStore, bucket: string, key: string): Promise<string> {
  return store.presignGet(key, { bucket, expiresSeconds: URL_SECONDS });
}
