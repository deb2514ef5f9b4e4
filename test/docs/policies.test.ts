import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readCalls } from '../../e2e/support/policies/at-the-end';
import { refusedCalls, unusedRights } from '../../e2e/support/policies/callers';
import { allows, type Call, matches } from '../../e2e/support/policies/policy';

const root = path.join(__dirname, '../..');
/** Recorded on the local cloud, by `RECORD_CALLS=1 npx jest --selectProjects e2e scenarios cases`. */
const file = path.join(__dirname, 'aws-calls.jsonl');
const calls = readCalls(file);
/** Where they were recorded. */
const PLACE = { ACCOUNT: '111122223333', BUCKET: 'trainctl', PREFIX: '', INSTALLATION: 'default' };

/** Rights that the tests on the local cloud do not come to use: why, and where the code does. */
const NEEDED_ELSEWHERE: { right: string; why: string; file: string; call: string }[] = [
  {
    right: 'ssm:GetParameter',
    why: 'images of the local cloud are named by id, those of AWS by a parameter that says the newest',
    file: 'adapters/aws/ec2/parameters.ts',
    call: 'GetParameterCommand',
  },
  {
    right: 'ec2:DescribeSubnets',
    why: 'settings of a stack name no subnets',
    file: 'adapters/aws/ec2/client.ts',
    call: 'DescribeSubnetsCommand',
  },
  {
    right: 'ec2:DescribeSecurityGroups',
    why: 'an account is recognised by the owner of its default group, which the local cloud’s need not be',
    file: 'adapters/aws/account.ts',
    call: 'DescribeSecurityGroupsCommand',
  },
  {
    right: 'ec2:DeleteVolume',
    why: 'disks go with their instances, and only EC2 itself leaves one now and then',
    file: 'adapters/aws/ec2/client.ts',
    call: 'DeleteVolumeCommand',
  },
  {
    right: 'suite EndOnlyOurOwnRequests: ec2:CancelSpotInstanceRequests',
    why: 'the undo of a scenario ends by force what its run has not ended by itself',
    file: 'e2e/scenarios/frame/undo.ts',
    call: 'cancelSpotRequests',
  },
  ...(
    [
      ['AbortMultipartUpload', 'AbortMultipartUploadCommand', 'part-uploads'],
      ['ListMultipartUploadParts', 'ListPartsCommand', 'part-uploads'],
      ['ListBucketMultipartUploads', 'ListMultipartUploadsCommand', 'open-uploads'],
    ] as const
  ).map(([right, call, file]) => ({
    right: `s3:${right}`,
    why: 'of outputs of more than 5 GiB, which end-to-end tests do not write',
    file: `adapters/aws/s3/${file}.ts`,
    call,
  })),
];

test('every call is allowed to its caller', () => {
  expect(calls.length).toBeGreaterThan(30);
  expect(refusedCalls(calls, PLACE)).toEqual([]);
});

test.each(['worker', 'client', 'suite', 'other-bucket'])('%s.json gives no right that is not used', (name) => {
  const unused = unusedRights(name, calls, PLACE);
  expect(unused.filter((right) => !NEEDED_ELSEWHERE.some((one) => right.includes(`${one.right} `)))).toEqual([]);
});

test.each(NEEDED_ELSEWHERE)('$right is used by the code: $why', ({ file, call }) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toContain(`${call}(`);
});

test('docs/run-on-aws.md names each policy', () => {
  const page = readFileSync(path.join(root, 'docs/run-on-aws.md'), 'utf8');
  for (const policy of readdirSync(path.join(root, 'docs/policies'))) expect(page).toContain(policy);
});

describe('a policy is read as IAM reads it', () => {
  const own = { 'aws:ResourceTag/trainctl:installation': 'mine' };
  const statement = {
    Effect: 'Allow',
    Action: ['ec2:TerminateInstances'],
    Resource: 'arn:aws:ec2:*:1:instance/*',
    Condition: { StringEquals: own },
  };
  const call: Call = {
    caller: 'c',
    action: 'ec2:TerminateInstances',
    resource: 'arn:aws:ec2:us-east-1:1:instance/*',
    context: own,
  };

  test.each([
    ['as it is', {}, true],
    ['another action', { action: 'ec2:StopInstances' }, false],
    ['another account', { resource: 'arn:aws:ec2:us-east-1:2:instance/*' }, false],
    ['another tag', { context: { 'aws:ResourceTag/trainctl:installation': 'other' } }, false],
    ['no tag', { context: {} }, false],
  ])('%s', (_what, change, allowed) => {
    expect(allows(statement, { ...call, ...change })).toBe(allowed);
  });

  test('wildcards', () => {
    expect(matches('s3:Get*', 's3:GetObject')).toBe(true);
    expect(matches('arn:aws:s3:::b/p?x', 'arn:aws:s3:::b/p.x')).toBe(true);
    expect(matches('arn:aws:s3:::b/p.x', 'arn:aws:s3:::b/p-x')).toBe(false);
  });
});
