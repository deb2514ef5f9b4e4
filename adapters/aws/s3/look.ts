import { parseS3Url } from '../../../contract';
import { awsErrorCode, httpStatusOf } from '../classify';
import { refusesIdentity } from '../refused-identity';
import type { ObjectStore } from './types';

/** Why a run could not use an address. `denied`: by the rights of whoever looked; others may have them. */
export interface S3Fault {
  kind: 'missing' | 'denied';
  message: string;
  /** When it is the whole bucket that will not do: there is none, none can have that name, or it is elsewhere. */
  of?: 'bucket' | 'name' | 'region';
}

type Reader = Pick<ObjectStore, 'head' | 'list'>;

/** Whether an input can be fetched: one object, or at least one below a prefix. What S3 does not answer now is thrown. */
export async function lookAtInput(store: Reader, from: string, signal?: AbortSignal): Promise<S3Fault | undefined> {
  const address = parseS3Url(from);
  if (!address) return missing('is not an S3 address (s3://bucket/key or s3://bucket/prefix/)');
  const { bucket, key } = address;
  const options = { bucket, ...(signal && { signal }) };
  try {
    if (key !== '' && !key.endsWith('/')) {
      if (await store.head(key, options)) return undefined;
      for await (const _ of store.list(`${key}/`, options)) {
        return missing(`there is no such object, but a folder of that name: write ${from}/`);
      }
      return missing('there is no such object');
    }
    for await (const object of store.list(key, options)) {
      if (object.key.endsWith('/') && object.bytes === 0) continue;
      // To list is one right, to read another.
      await store.head(object.key, options);
      return undefined;
    }
    return missing('there is nothing below this prefix');
  } catch (error) {
    return s3FaultOf(error, 'give the workers s3:GetObject and s3:ListBucket there') ?? rethrow(error);
  }
}

/** Whether the bucket of a destination is there. Who may not list it may write all the same. */
export async function lookAtOutput(store: Reader, to: string, signal?: AbortSignal): Promise<S3Fault | undefined> {
  const address = parseS3Url(to);
  if (!address) return missing('is not an S3 address (s3://bucket/prefix/)');
  try {
    for await (const _ of store.list(address.key, { bucket: address.bucket, ...(signal && { signal }) })) break;
    return undefined;
  } catch (error) {
    const fault = s3FaultOf(error, '');
    if (!fault) throw error;
    return fault.kind === 'missing' ? fault : undefined;
  }
}

/** What an error of S3 says of an address; undefined when it says nothing of it. */
export function s3FaultOf(error: unknown, advice: string): S3Fault | undefined {
  const code = awsErrorCode(error);
  if (code === 'NoSuchBucket') return { ...missing('there is no such bucket'), of: 'bucket' };
  if (code === 'InvalidBucketName') return { ...missing('no bucket can have that name'), of: 'name' };
  if (code === 'AllAccessDisabled') return { kind: 'denied', message: 'S3 denies all access to it' };
  const status = httpStatusOf(error);
  // Answers to HEAD have no body, and so no code.
  if (code === 'PermanentRedirect' || status === 301) {
    return { ...missing('the bucket is in another region'), of: 'region' };
  }
  if (code === 'AccessDenied' || (status === 403 && !refusesIdentity(error))) {
    return { kind: 'denied', message: `S3 denies access to it${advice && ` (${advice})`}` };
  }
  return undefined;
}

const missing = (message: string): S3Fault => ({ kind: 'missing', message });

function rethrow(error: unknown): never {
  throw error;
}
