import { tryAll } from '../../../../adapters/aws/rights/s3';
import type { TriedRight } from '../../../../adapters/aws/rights/types';
import { awsError } from './aws-error';

interface Sent {
  constructor: { name: string };
  input: { Key?: string };
}

const WHERE = { bucket: 'b', prefix: 'p/' };

/**
 * A bucket as S3 answers for it. Who may not list is told of a key that is not there what he is told of one that he may not read.
 * @param denied rights that who asks has not
 */
function bucket(...denied: string[]) {
  const objects = new Set<string>();
  const uploads = new Set<string>();
  const sent: string[] = [];
  const may = (right: string): void => {
    if (denied.includes(right)) throw awsError('AccessDenied', 403);
  };
  const send = async ({ constructor: command, input: { Key = '' } }: Sent): Promise<object> => {
    const action = command.name.replace(/Command$/, '');
    sent.push(action);
    if (action === 'ListObjectsV2') may('ListBucket');
    else if (action === 'PutObject') {
      may('PutObject');
      objects.add(Key);
    } else if (action === 'GetObject') {
      may('GetObject');
      if (!objects.has(Key)) throw awsError(denied.includes('ListBucket') ? 'AccessDenied' : 'NoSuchKey', 404);
      return { Body: { transformToByteArray: async () => new Uint8Array() } };
    } else if (action === 'DeleteObject') {
      may('DeleteObject');
      objects.delete(Key);
    } else if (action === 'CreateMultipartUpload') {
      may('PutObject');
      uploads.add(Key);
      return { UploadId: 'u' };
    } else if (action === 'AbortMultipartUpload') {
      may('AbortMultipartUpload');
      uploads.delete(Key);
    }
    return {};
  };
  return { client: { send } as never, objects, uploads, sent };
}

const verdicts = (rights: TriedRight[]) =>
  Object.fromEntries(rights.map(({ right, allowed }) => [right.replace(/^s3:| \(below .*\)$/g, ''), allowed]));

test('what is read was put before, and is taken away', async () => {
  const { client, objects, uploads, sent } = bucket();
  expect(Object.values(verdicts(await tryAll(client, WHERE, 'worker')))).not.toContain(undefined);
  expect(sent.indexOf('PutObject')).toBeLessThan(sent.indexOf('GetObject'));
  expect(sent.indexOf('GetObject')).toBeLessThan(sent.indexOf('DeleteObject'));
  expect([objects.size, uploads.size]).toEqual([0, 0]);
});

test('without ListBucket the right to read is not said to be missing', async () => {
  const { client } = bucket('ListBucket');
  expect(verdicts(await tryAll(client, WHERE, 'client'))).toEqual({
    ListBucket: false,
    GetObject: true,
    PutObject: true,
    DeleteObject: true,
  });
});

test('who may not put is told of reading what can be known', async () => {
  expect(verdicts(await tryAll(bucket('PutObject').client, WHERE, 'client'))).toMatchObject({
    GetObject: true,
    PutObject: false,
  });
  const neither = await tryAll(bucket('PutObject', 'ListBucket').client, WHERE, 'client');
  expect(neither.find(({ right }) => right === 's3:GetObject')).toMatchObject({
    allowed: undefined,
    why: expect.stringContaining('nothing could be put'),
  });
});

test('a right to read that is missing is seen though the object is there', async () => {
  expect(verdicts(await tryAll(bucket('GetObject').client, WHERE, 'client'))).toMatchObject({ GetObject: false });
});

test('what cannot be taken away is named', async () => {
  const { client, objects } = bucket('DeleteObject', 'AbortMultipartUpload');
  const rights = await tryAll(client, WHERE, 'suite');
  const [left] = objects;
  const why = (right: string) => rights.find((one) => one.right.startsWith(right))?.why;
  expect(why('s3:DeleteObject')).toContain(`s3://b/${left} is left: remove it`);
  expect(why('s3:AbortMultipartUpload')).toContain(`an incomplete upload of s3://b/${left} is left`);
});

test('two at once do not meet', async () => {
  const { client, objects } = bucket('DeleteObject');
  await Promise.all([tryAll(client, WHERE, 'worker'), tryAll(client, WHERE, 'worker')]);
  expect(objects.size).toBe(2);
});
