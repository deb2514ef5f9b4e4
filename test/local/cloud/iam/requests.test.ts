import type { IncomingMessage } from 'node:http';
import { Params } from '../../../../local/cloud/ec2/protocol/params';
import { CallLog, ec2Requests, fisRequests, s3Requests } from '../../../../local/cloud/iam';
import { Store } from '../../../../local/cloud/state/store';

const EC2 = 'arn:aws:ec2:us-east-1:111122223333';
const form = (fields: Record<string, string>): Params => Params.parse(new URLSearchParams(fields).toString());

describe('a launch', () => {
  const tagged = (type: string, n: number) => ({
    [`TagSpecification.${n}.ResourceType`]: type,
    [`TagSpecification.${n}.Tag.1.Key`]: 'trainctl:installation',
    [`TagSpecification.${n}.Tag.1.Value`]: 'mine',
    [`TagSpecification.${n}.Tag.2.Key`]: 'run',
    [`TagSpecification.${n}.Tag.2.Value`]: 'of no interest',
  });
  const needed = (fields: Record<string, string>) => ec2Requests('RunInstances', form(fields), new Store());

  test('is asked for on all that it makes and all that it uses', () => {
    expect(needed({}).map(({ action, resource }) => [action, resource])).toEqual([
      ...['instance', 'volume', 'network-interface'].map((kind) => ['ec2:RunInstances', `${EC2}:${kind}/*`]),
      ['ec2:RunInstances', 'arn:aws:ec2:us-east-1::image/*'],
      ...['subnet', 'security-group'].map((kind) => ['ec2:RunInstances', `${EC2}:${kind}/*`]),
    ]);
  });

  test('on spot also on its request; tags are conditions, and a right of their own', () => {
    const all = needed({
      'InstanceMarketOptions.MarketType': 'spot',
      ...tagged('instance', 1),
      ...tagged('spot-instances-request', 2),
    });
    const tag = { 'aws:RequestTag/trainctl:installation': 'mine' };
    expect(all).toContainEqual({ action: 'ec2:RunInstances', resource: `${EC2}:instance/*`, context: tag });
    expect(all).toContainEqual({
      action: 'ec2:RunInstances',
      resource: `${EC2}:spot-instances-request/*`,
      context: tag,
    });
    expect(all.filter(({ action }) => action === 'ec2:CreateTags')).toEqual(
      ['instance', 'spot-instances-request'].map((kind) => ({
        action: 'ec2:CreateTags',
        resource: `${EC2}:${kind}/*`,
        context: { 'ec2:CreateAction': 'RunInstances', ...tag },
      })),
    );
  });
});

test('looking has no resources; an end is asked for on each, with its tags', () => {
  expect(ec2Requests('DescribeInstances', form({}), new Store())).toEqual([
    { action: 'ec2:DescribeInstances', resource: '*' },
  ]);
  const store = new Store();
  store.volumes.set('vol-1', { tags: new Map([['trainctl:installation', 'mine']]) } as never);
  expect(ec2Requests('DeleteVolume', form({ VolumeId: 'vol-1' }), store)).toEqual([
    {
      action: 'ec2:DeleteVolume',
      resource: `${EC2}:volume/*`,
      context: { 'aws:ResourceTag/trainctl:installation': 'mine' },
    },
  ]);
});

test('an id that is not there, or no longer, has no tags to tell: nothing is recorded of it', () => {
  const store = new Store();
  store.instances.set('i-1', { tags: new Map([['trainctl:installation', 'mine']]) } as never);
  const needed = ec2Requests('TerminateInstances', form({ 'InstanceId.1': 'i-gone', 'InstanceId.2': 'i-1' }), store);
  expect(needed.map(({ context }) => context)).toEqual([{ 'aws:ResourceTag/trainctl:installation': 'mine' }]);
});

test('S3: on the bucket, on a folder of it, and on what is copied', () => {
  const at = (right: string, key?: string, headers = {}) => s3Requests(right, { bucket: 'b', key, headers });
  expect(at('s3:ListBucket')).toEqual([{ action: 's3:ListBucket', resource: 'arn:aws:s3:::b' }]);
  expect(at('s3:DeleteObject')).toEqual([{ action: 's3:DeleteObject', resource: 'arn:aws:s3:::b/*' }]);
  expect(at('s3:PutObject', 'runs/4f00/b', { 'x-amz-copy-source': '/from/code%2Fx' })).toEqual([
    { action: 's3:PutObject', resource: 'arn:aws:s3:::b/runs/*' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::from/code/*' },
  ]);
  // The action refuses it, in its own words.
  expect(at('s3:PutObject', 'runs/4f00/b', { 'x-amz-copy-source': '/from/%zz' })).toEqual([
    { action: 's3:PutObject', resource: 'arn:aws:s3:::b/runs/*' },
  ]);
});

test('FIS: a template hands its role on', () => {
  const role = 'arn:aws:iam::111122223333:role/trainctl-fis';
  const actions = fisRequests('CreateExperimentTemplate', { roleArn: role, tags: {} }).map(({ action }) => action);
  expect(actions).toEqual([
    'fis:CreateExperimentTemplate',
    'fis:CreateExperimentTemplate',
    'fis:TagResource',
    'iam:PassRole',
  ]);
  expect(fisRequests('ListExperiments', {})).toEqual([{ action: 'fis:ListExperiments', resource: '*' }]);
});

test('who called is in the user agent; a presigned request is a grant', () => {
  const log = new CallLog();
  const from = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;
  const look = [{ action: 'ec2:DescribeInstances', resource: '*' }];
  log.record(from({ authorization: 'AWS4', 'user-agent': 'aws-sdk-js/3 os/linux app/trainctl-worker.default' }), look);
  log.record(from({ authorization: 'AWS4', 'user-agent': 'aws-sdk-js/3 app/trainctl-worker.default' }), look);
  log.record(from({ authorization: 'AWS4', 'user-agent': 'Boto3/1' }), look);
  log.record(from({}), look);
  expect(log.list().map(({ caller, count }) => [caller, count])).toEqual([
    ['trainctl-worker.default', 2],
    ['other', 1],
    ['grant', 1],
  ]);
});
