import { notImplemented, preconditionFailed, S3Error } from '../errors';
import type { Answer, Exchange } from '../exchange';
import type { Bucket } from '../store';

/** DeleteObject: 204 whether or not there was one. */
export async function deleteObject(exchange: Exchange): Promise<Answer> {
  for (const name of ['x-amz-if-match-size', 'x-amz-if-match-last-modified-time']) {
    if (exchange.header(name) !== undefined) throw notImplemented(name);
  }
  await removeKey(exchange.bucket(), exchange.key, exchange.header('if-match'));
  return { status: 204 };
}

/** Deletes a key, if its ETag is the one given, where one is. `*` stands for any object. */
export async function removeKey(bucket: Bucket, key: string, ifMatch: string | undefined): Promise<void> {
  await bucket.commit(key, (current) => {
    if (ifMatch !== undefined) {
      if (!current && ifMatch !== '*') throw new S3Error('NoSuchKey', { Key: key });
      const etag = ifMatch.replace(/^"|"$/g, '');
      if (!current || (ifMatch !== '*' && etag !== current.etag)) throw preconditionFailed('If-Match');
    }
    return 'delete';
  });
}
