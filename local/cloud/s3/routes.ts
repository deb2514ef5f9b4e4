import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './actions/buckets';
import { completeMultipartUpload } from './actions/complete-upload';
import { copyObject } from './actions/copy-object';
import { createMultipartUpload } from './actions/create-upload';
import { deleteObject } from './actions/delete-object';
import { deleteObjects } from './actions/delete-objects';
import { getObject } from './actions/get-object';
import { listObjectsV1, listObjectsV2 } from './actions/list-objects';
import { abortMultipartUpload, listMultipartUploads, listParts } from './actions/manage-uploads';
import { postObject } from './actions/post-object';
import { putObject } from './actions/put-object';
import { uploadPart, uploadPartCopy } from './actions/upload-part';
import { notImplemented, S3Error } from './errors';
import type { Action } from './exchange';
import type { S3Request } from './request';

type Level = 'service' | 'bucket' | 'object';

interface Route {
  level: Level;
  method: string;
  /** The sub-resource in the query that makes it this action; absent: none. */
  sub?: string;
  /** A header that must be there. */
  header?: string;
  action: Action;
  /** What IAM is asked for (AWS, "Actions, resources, and condition keys for Amazon S3"). */
  right: string;
  /** The form itself is signed, not the request. */
  form?: true;
  /** The keys that it is about are in its body. */
  keysInside?: true;
}

/** Every action there is; the first row that fits is taken. */
const ROUTES: readonly Route[] = [
  { level: 'service', method: 'GET', action: listBuckets, right: 's3:ListAllMyBuckets' },
  { level: 'bucket', method: 'GET', sub: 'location', action: getBucketLocation, right: 's3:GetBucketLocation' },
  {
    level: 'bucket',
    method: 'GET',
    sub: 'uploads',
    action: listMultipartUploads,
    right: 's3:ListBucketMultipartUploads',
  },
  { level: 'bucket', method: 'GET', sub: 'list-type', action: listObjectsV2, right: 's3:ListBucket' },
  { level: 'bucket', method: 'GET', action: listObjectsV1, right: 's3:ListBucket' },
  { level: 'bucket', method: 'PUT', action: createBucket, right: 's3:CreateBucket' },
  { level: 'bucket', method: 'HEAD', action: headBucket, right: 's3:ListBucket' },
  { level: 'bucket', method: 'DELETE', action: deleteBucket, right: 's3:DeleteBucket' },
  { level: 'bucket', method: 'POST', sub: 'delete', action: deleteObjects, right: 's3:DeleteObject', keysInside: true },
  { level: 'bucket', method: 'POST', action: postObject, right: 's3:PutObject', form: true, keysInside: true },
  { level: 'object', method: 'GET', sub: 'uploadId', action: listParts, right: 's3:ListMultipartUploadParts' },
  { level: 'object', method: 'GET', action: getObject, right: 's3:GetObject' },
  { level: 'object', method: 'HEAD', action: getObject, right: 's3:GetObject' },
  {
    level: 'object',
    method: 'PUT',
    sub: 'uploadId',
    header: 'x-amz-copy-source',
    action: uploadPartCopy,
    right: 's3:PutObject',
  },
  { level: 'object', method: 'PUT', sub: 'uploadId', action: uploadPart, right: 's3:PutObject' },
  { level: 'object', method: 'PUT', header: 'x-amz-copy-source', action: copyObject, right: 's3:PutObject' },
  { level: 'object', method: 'PUT', action: putObject, right: 's3:PutObject' },
  { level: 'object', method: 'POST', sub: 'uploads', action: createMultipartUpload, right: 's3:PutObject' },
  { level: 'object', method: 'POST', sub: 'uploadId', action: completeMultipartUpload, right: 's3:PutObject' },
  {
    level: 'object',
    method: 'DELETE',
    sub: 'uploadId',
    action: abortMultipartUpload,
    right: 's3:AbortMultipartUpload',
  },
  { level: 'object', method: 'DELETE', action: deleteObject, right: 's3:DeleteObject' },
];

/** Query names that choose another action than the plain one: S3's sub-resources, those that are not here too. */
const SUB_RESOURCES = new Set(
  (
    'abac accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'list-type location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls ' +
    'policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session ' +
    'tagging torrent uploadId uploads versionId versioning versions website'
  ).split(' '),
);

/** Headers that ask for what is not here: an answer without them would be a lie. */
const REFUSED_HEADERS: readonly RegExp[] = [
  /^x-amz-tagging$/,
  /^x-amz-website-redirect-location$/,
  /^x-amz-(bucket-)?object-lock-/,
  /^x-amz-object-ownership$/,
  /^x-amz-grant-/,
  /^x-amz-(copy-source-)?server-side-encryption-/,
  /^x-amz-(source-)?expected-bucket-owner$/,
  /^x-amz-write-offset-bytes$/,
  /^x-amz-mfa$/,
];

/** Finds the action of a request. What S3 has and this has not is NotImplemented, never a guess. */
export function routeOf(request: S3Request): Pick<Route, 'action' | 'right' | 'form' | 'keysInside'> {
  const level: Level = request.key !== undefined ? 'object' : request.bucket !== undefined ? 'bucket' : 'service';
  const subs = [...request.query.keys()].filter((name) => SUB_RESOURCES.has(name));
  const harmless = request.query.get('versionId') === 'null';
  const [sub, ...more] = subs.filter((name) => !(name === 'versionId' && harmless));
  const candidates = ROUTES.filter((route) => route.level === level && route.method === request.method);
  const route = candidates.find(
    (row) => row.sub === sub && (row.header === undefined || request.headers[row.header] !== undefined),
  );
  if (route && more.length === 0) return route;
  if (sub !== undefined) {
    throw new S3Error(
      'NotImplemented',
      { QueryParameter: subs.join(',') },
      `The local cloud does not implement ${request.method} ?${subs.join('&')} of a ${level}`,
    );
  }
  throw new S3Error('MethodNotAllowed', { Method: request.method, ResourceType: level.toUpperCase() });
}

/** Refuses a request whose headers ask for something that would silently not happen. */
export function refuseUnsupported(request: S3Request): void {
  for (const name of Object.keys(request.headers)) {
    if (REFUSED_HEADERS.some((pattern) => pattern.test(name))) throw notImplemented(name);
  }
  const encryption = request.headers['x-amz-server-side-encryption'];
  if (encryption !== undefined && encryption !== 'AES256') throw notImplemented('x-amz-server-side-encryption');
}
