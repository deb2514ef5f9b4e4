import { invalidArgument, S3Error } from '../errors';
import type { Answer, Exchange } from '../exchange';
import { isBucketName } from '../keys';
import { isOfSomebodyElse } from '../others';
import { resultXml } from '../xml';
import { childText, parseXml } from '../xml-parse';
import { readToken, writeToken } from './list-token';

/** The one account that owns everything here: a canonical user id has 64 hex digits. */
export const OWNER = { ID: '0'.repeat(64), DisplayName: 'local' } as const;

/** Where a bucket may be asked for; `EU` is the old word for eu-west-1. */
const REGION = /^(EU|[a-z]{2}(-[a-z]+)+-\d)$/;

/** ListBuckets, in pages if asked. */
export async function listBuckets(exchange: Exchange): Promise<Answer> {
  const max = exchange.parameter('max-buckets');
  if (max !== undefined && !(/^\d+$/.test(max) && Number(max) >= 1 && Number(max) <= 10_000)) {
    throw invalidArgument('max-buckets', max, 'Argument max-buckets must be an integer between 1 and 10000.');
  }
  const prefix = exchange.parameter('prefix') ?? '';
  const token = exchange.parameter('continuation-token');
  const after = token === undefined ? '' : readToken(token).key;
  const buckets = exchange.service.store.list().filter(({ name }) => name.startsWith(prefix) && name > after);
  const page = buckets.slice(0, max === undefined ? 10_000 : Number(max));
  const paged = max !== undefined || token !== undefined;
  return {
    body: resultXml('ListAllMyBucketsResult', {
      Owner: OWNER,
      Buckets: {
        Bucket: page.map(({ name, createdAt }) => ({
          Name: name,
          CreationDate: new Date(createdAt).toISOString(),
          BucketArn: `arn:aws:s3:::${name}`,
          BucketRegion: paged ? exchange.service.region : undefined,
        })),
      },
      ContinuationToken:
        page.length < buckets.length ? writeToken({ key: page.at(-1)?.name ?? '', prefix: false }) : undefined,
      Prefix: exchange.parameter('prefix'),
    }),
  };
}

/** CreateBucket. Its own owner may repeat it in us-east-1 only. */
export async function createBucket(exchange: Exchange): Promise<Answer> {
  const { store, region } = exchange.service;
  const name = exchange.request.bucket ?? '';
  if (!isBucketName(name)) throw new S3Error('InvalidBucketName', { BucketName: name });
  if (isOfSomebodyElse(name, region)) throw new S3Error('BucketAlreadyExists', { BucketName: name });
  checkLocation(await exchange.text({ maxLength: 64 * 1024 }), region);
  const home = region === 'us-east-1';
  const location = home ? `/${name}` : `http://${name}.${exchange.header('host') ?? ''}/`;
  if (store.get(name)) {
    if (!home) throw new S3Error('BucketAlreadyOwnedByYou', { BucketName: name });
    return { headers: { location } };
  }
  await store.create(name, exchange.seconds());
  return { headers: { location } };
}

function checkLocation(body: string, region: string): void {
  const document = body.trim() === '' ? undefined : parseXml(body);
  if (document && document.name !== 'CreateBucketConfiguration') throw new S3Error('MalformedXML');
  const asked = document ? childText(document, 'LocationConstraint') : undefined;
  if (region === 'us-east-1') {
    if (asked === undefined) return;
    if (asked === 'us-east-1' || !REGION.test(asked)) {
      throw new S3Error('InvalidLocationConstraint', { LocationConstraint: asked });
    }
  }
  if (asked !== region) {
    throw new S3Error(
      'IllegalLocationConstraintException',
      {},
      `The ${asked ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
}

/** HeadBucket. */
export async function headBucket(exchange: Exchange): Promise<Answer> {
  exchange.bucket();
  return { headers: { 'x-amz-bucket-region': exchange.service.region, 'content-type': 'application/xml' } };
}

/** DeleteBucket. */
export async function deleteBucket(exchange: Exchange): Promise<Answer> {
  await exchange.service.store.delete(exchange.bucket().name);
  return { status: 204 };
}

/** GetBucketLocation: us-east-1 has no name there. */
export async function getBucketLocation(exchange: Exchange): Promise<Answer> {
  exchange.bucket();
  const { region } = exchange.service;
  return { body: resultXml('LocationConstraint', region === 'us-east-1' ? '' : region) };
}
