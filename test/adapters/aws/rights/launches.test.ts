import type { Ec2 } from '../../../../adapters/aws';
import { launches, placeOf } from '../../../../adapters/aws/rights/launches';
import { localSettings } from '../support/settings';
import { awsError } from './aws-error';

const SUBNETS = [
  { id: 'subnet-f', zone: 'us-east-1f' },
  { id: 'subnet-b2', zone: 'us-east-1b' },
  { id: 'subnet-b1', zone: 'us-east-1b' },
];

const ec2 = (more: Partial<Ec2> = {}): Ec2 =>
  ({
    offeredZones: async () => new Map([['c5.xlarge', ['us-east-1a', 'us-east-1b']]]),
    describeSubnets: async (ids: string[]) => SUBNETS.filter(({ id }) => ids.includes(id)),
    resolveImage: async () => ({ id: 'ami-1', rootDevice: '/dev/sda1', rootGiB: 8 }),
    ...more,
  }) as Ec2;

const place = (subnets: string[]) => placeOf({ subnets, region: 'us-east-1' }, ec2(), 'c5.xlarge');

test('the subnet is that of a zone that offers the type, and of several the one that is named first', async () => {
  expect(await place(['subnet-f', 'subnet-b1', 'subnet-b2'])).toEqual({ zone: 'us-east-1b', subnet: SUBNETS[2] });
  expect(await place([])).toEqual({ zone: 'us-east-1a' });
});

test('where there is none, that is why it could not be tried', async () => {
  expect(await place(['subnet-f'])).toBe(
    'c5.xlarge is offered in us-east-1a, us-east-1b, but the settings have no subnet there',
  );
  expect(await placeOf({ subnets: [], region: 'us-east-1' }, ec2(), 'p5.48xlarge')).toBe(
    'no zone of us-east-1 offers p5.48xlarge',
  );
});

const settings = localSettings('http://127.0.0.1:1', { subnets: ['subnet-f', 'subnet-b1'] });

test('the dry runs are in that subnet', async () => {
  const sent: { input: { DryRun?: boolean; NetworkInterfaces?: { SubnetId?: string }[] } }[] = [];
  const send = async (command: (typeof sent)[number]): Promise<void> => {
    sent.push(command);
    throw awsError('DryRunOperation', 412);
  };
  const rights = await launches(settings, { send } as never, ec2());
  expect(rights.map(({ allowed }) => allowed)).toEqual([true, true]);
  expect(sent.map(({ input }) => [input.DryRun, input.NetworkInterfaces?.[0]?.SubnetId])).toEqual([
    [true, 'subnet-b1'],
    [true, 'subnet-b1'],
  ]);
});

test.each<[string, Partial<Ec2>]>([
  ['image', { resolveImage: () => Promise.reject(awsError('AuthFailure', 401)) }],
  ['offered zones', { offeredZones: () => Promise.reject(awsError('AuthFailure', 401)) }],
  ['subnets', { describeSubnets: () => Promise.reject(awsError('AuthFailure', 401)) }],
])('what EC2 does not say of %s is said', async (_what, more) => {
  const send = () => Promise.reject(new Error('nothing may be launched'));
  expect(await launches(settings, { send } as never, ec2(more))).toEqual([
    {
      right: 'ec2:RunInstances, ec2:CreateTags',
      allowed: undefined,
      why: expect.stringContaining("AuthFailure, in AWS's words"),
      badCredentials: true,
    },
  ]);
});
