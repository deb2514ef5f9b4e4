import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Settings } from '../../../contract';
import { s3Config } from '../clients';
import type { RightsOf, TriedRight } from './types';
import { tried } from './verdict';

type Client = Pick<S3Client, 'send'>;

/** Tries rights on the installation's bucket. S3 has no dry runs: a small object of its own is written, read and deleted. */
export async function s3Rights(settings: Settings, of: RightsOf): Promise<TriedRight[]> {
  const client = new S3Client(s3Config(settings));
  try {
    return await tryAll(client, settings, of);
  } finally {
    client.destroy();
  }
}

/** In an order in which each answer says something: what is read and deleted was put before, under a key that nobody else has. */
export async function tryAll(
  client: Client,
  { bucket: Bucket, prefix }: Pick<Settings, 'bucket' | 'prefix'>,
  of: RightsOf,
): Promise<TriedRight[]> {
  // A client writes no more than the code of its runs.
  const folder = of === 'client' ? 'code/' : '';
  const Key = `${prefix}${folder}doctor-${randomUUID()}`;
  const where = `below ${prefix}${folder}`.replace(/ $/, ' the top');
  const list = await tried('s3:ListBucket', () =>
    client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1 })),
  );
  const put = await tried(`s3:PutObject (${where})`, () =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: 'trainctl doctor\n' })),
  );
  // Of a key that is not there S3 tells only those who may list: to all others it denies it, whatever else they may.
  const get: TriedRight =
    put.allowed || list.allowed
      ? await tried('s3:GetObject', async () => {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          await Body?.transformToByteArray();
        })
      : { right: 's3:GetObject', allowed: undefined, why: 'nothing could be put to try it on' };
  // Also after a put without an answer, which may have had its effect.
  const remove = await tried(`s3:DeleteObject (${where})`, () => client.send(new DeleteObjectCommand({ Bucket, Key })));
  const done = [list, get, put, put.allowed ? withLeft(remove, `s3://${Bucket}/${Key} is left`) : remove];
  if (of === 'client') return done;
  const uploads = await tried('s3:ListBucketMultipartUploads', () =>
    client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 })),
  );
  return [...done, uploads, ...(await partRights(client, Bucket, Key, of))];
}

async function partRights(client: Client, Bucket: string, Key: string, of: RightsOf): Promise<TriedRight[]> {
  let UploadId: string | undefined;
  const begun = await tried('s3:PutObject (in parts)', async () => {
    ({ UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key })));
  });
  if (UploadId === undefined) return [begun];
  const upload = { Bucket, Key, UploadId };
  const list = () => tried('s3:ListMultipartUploadParts', () => client.send(new ListPartsCommand(upload)));
  const listed = of === 'worker' ? [await list()] : [];
  const abort = await tried('s3:AbortMultipartUpload', () => client.send(new AbortMultipartUploadCommand(upload)));
  return [...listed, withLeft(abort, `an incomplete upload of s3://${Bucket}/${Key} is left`)];
}

/** What could not be taken away is somebody's to remove. */
const withLeft = (removed: TriedRight, left: string): TriedRight =>
  removed.allowed ? removed : { ...removed, why: `${removed.why}; ${left}: remove it` };
