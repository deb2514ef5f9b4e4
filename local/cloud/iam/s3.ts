import type { IamRequest } from './log';

/** Rights on a bucket; all others are on its objects. */
const ON_BUCKET = new Set([
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:GetBucketLocation',
  's3:CreateBucket',
  's3:DeleteBucket',
]);

/** The rights that a call of S3 needs: its own, and to read what it copies. */
export function s3Requests(
  right: string,
  request: { bucket: string | undefined; key: string | undefined; headers: Readonly<Record<string, string>> },
): IamRequest[] {
  const { bucket, key, headers } = request;
  if (bucket === undefined) return [{ action: right, resource: '*' }];
  if (ON_BUCKET.has(right)) return [{ action: right, resource: `arn:aws:s3:::${bucket}` }];
  const needed = [{ action: right, resource: objectArn(bucket, key) }];
  const source = decoded(headers['x-amz-copy-source']?.split('?')[0]);
  if (source === undefined) return needed;
  const [from = '', ...rest] = source.replace(/^\//, '').split('/');
  return [...needed, { action: 's3:GetObject', resource: objectArn(from, rest.join('/')) }];
}

/** Undefined: it is malformed, and refused by the action. */
function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The folders that have a name: below them are those of runs, and of code by its hash. */
function objectArn(bucket: string, key = ''): string {
  const folders = /^(?:[a-z-]+\/){0,3}/.exec(key)?.[0] ?? '';
  return `arn:aws:s3:::${bucket}/${folders}*`;
}
