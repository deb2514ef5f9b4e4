import { randomUUID } from 'node:crypto';
import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  type Filter,
  type Instance,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, refusal, type Target } from '../support/target';

const { describe, it } = suite('ec2 › describe');

let target: Target;
const mark = randomUUID();
const tag = (Value: string) => ({
  TagSpecifications: [
    {
      ResourceType: 'instance' as const,
      Tags: [
        { Key: 'suite', Value: mark },
        { Key: 'name', Value },
      ],
    },
  ],
});
let ids: Record<'alpha' | 'Alpine' | 'beta' | 'star', string>;

beforeAll(async () => {
  target = await openTarget();
  const launch = async (name: string, input = {}) => (await target.runOne({ ...tag(name), ...input })).InstanceId;
  ids = {
    alpha: await launch('alpha'),
    Alpine: await launch('Alpine', { InstanceMarketOptions: { MarketType: 'spot' } }),
    beta: await launch('beta', { InstanceType: 't3.small', ClientToken: mark }),
    star: await launch('a*b'),
  };
  for (const id of Object.values(ids)) await target.reaches(id, 'running');
});
afterAll(() => target.close());

const MINE: Filter = { Name: 'tag:suite', Values: [mark] };
const send = (input: DescribeInstancesCommandInput) => target.ec2.send(new DescribeInstancesCommand(input));

/** The names of my instances that pass a filter. */
async function matching(...filters: Filter[]): Promise<string[]> {
  const { Reservations = [] } = await send({ Filters: [MINE, ...filters] });
  const found = Reservations.flatMap((reservation) => reservation.Instances ?? []).map(
    (instance) => instance.InstanceId,
  );
  return Object.entries(ids)
    .filter(([, id]) => found.includes(id))
    .map(([name]) => name)
    .sort();
}
const named = (...Values: string[]): Filter => ({ Name: 'tag:name', Values });

describe('filters', () => {
  it('AND between them, OR within one', async () => {
    expect(await matching(named('alpha', 'beta'))).toEqual(['alpha', 'beta']);
    expect(await matching(named('alpha', 'beta'), { Name: 'instance-type', Values: ['t3.small'] })).toEqual(['beta']);
  });

  it('values are case-sensitive; * is any run, ? a character, \\ takes them as they are', async () => {
    expect(await matching(named('al*'))).toEqual(['alpha']);
    expect(await matching(named('?lp*'))).toEqual(['Alpine', 'alpha']);
    expect(await matching(named('a*b'))).toEqual(['star']);
    expect(await matching(named('a\\*b'))).toEqual(['star']);
    expect(await matching(named('al\\*'))).toEqual([]);
    expect(await matching(named('alph.'))).toEqual([]);
  });

  it('tag-key, instance-lifecycle, client-token, state, ids', async () => {
    expect(await matching({ Name: 'tag-key', Values: ['suite'] })).toHaveLength(4);
    expect(await matching({ Name: 'tag-key', Values: ['Suite'] })).toEqual([]);
    expect(await matching({ Name: 'instance-lifecycle', Values: ['spot'] })).toEqual(['Alpine']);
    expect(await matching({ Name: 'instance-lifecycle', Values: ['on-demand'] })).toEqual([]);
    expect(await matching({ Name: 'client-token', Values: [mark] })).toEqual(['beta']);
    expect(await matching({ Name: 'instance-state-name', Values: ['running'] })).toHaveLength(4);
    expect(await matching({ Name: 'instance-state-code', Values: ['80'] })).toEqual([]);
    expect(await matching({ Name: 'instance-id', Values: [ids.beta] })).toEqual(['beta']);
  });

  it('no match is an empty answer; an unknown filter is refused', async () => {
    expect((await send({ Filters: [{ Name: 'tag:suite', Values: ['none'] }] })).Reservations).toEqual([]);
    expect(await refusal(send({ Filters: [{ Name: 'colour', Values: ['red'] }] }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    });
  });

  it('DescribeVolumes by attachment, DescribeTags by resource', async () => {
    const volumes = await target.ec2.send(
      new DescribeVolumesCommand({
        Filters: [
          { Name: 'attachment.instance-id', Values: [ids.alpha] },
          { Name: 'attachment.delete-on-termination', Values: ['true'] },
        ],
      }),
    );
    expect(volumes.Volumes).toHaveLength(1);
    const tags = await target.ec2.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [ids.alpha] }] }),
    );
    expect(tags.Tags).toContainEqual({ Key: 'name', Value: 'alpha', ResourceId: ids.alpha, ResourceType: 'instance' });
  });
});

describe('pages', () => {
  beforeAll(async () => {
    await target.run({ MinCount: 9, MaxCount: 9, ...tag('many') });
  });

  it('hold at most MaxResults instances, lose none and end without a token', async () => {
    const seen: Instance[] = [];
    const sizes: number[] = [];
    for await (const page of paginateDescribeInstances({ client: target.ec2, pageSize: 5 }, { Filters: [MINE] })) {
      const instances = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      sizes.push(instances.length);
      seen.push(...instances);
    }
    expect(new Set(seen.map((instance) => instance.InstanceId)).size).toBe(13);
    expect(seen).toHaveLength(13);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
  });

  it('sizes below 5 and above 1000 are refused', async () => {
    expect(await refusal(send({ MaxResults: 3 }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'Value ( 3 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
    });
    expect((await refusal(send({ MaxResults: 1001 }))).code).toBe('InvalidParameterValue');
    await expect(send({ MaxResults: 5 })).resolves.toBeDefined();
    const subnets = target.ec2.send(new DescribeSubnetsCommand({ MaxResults: 4 }));
    expect((await refusal(subnets)).message).toBe(
      'Value ( 4 ) for parameter MaxResults is invalid. Expecting a value greater than or equal to 5.',
    );
  });

  it('ids and a page size exclude each other', async () => {
    expect(await refusal(send({ InstanceIds: [ids.alpha], MaxResults: 5 }))).toMatchObject({
      code: 'InvalidParameterCombination',
      message: 'The parameter instancesSet cannot be used with the parameter maxResults',
    });
  });

  it('a token of nobody is refused', async () => {
    expect((await refusal(send({ NextToken: 'nonsense', MaxResults: 5 }))).code).toBe('InvalidParameterValue');
  });

  it('volumes: a size above 1000 is clipped', async () => {
    const { Volumes } = await target.ec2.send(new DescribeVolumesCommand({ MaxResults: 5000 }));
    expect(Volumes?.length).toBeGreaterThan(0);
  });
});

describe('DescribeInstanceStatus', () => {
  it('shows running instances only, unless all are asked for', async () => {
    const { InstanceId } = await target.runOne(tag('pending'));
    const status = async (IncludeAllInstances?: boolean) => {
      const { InstanceStatuses = [] } = await target.ec2.send(
        new DescribeInstanceStatusCommand({ InstanceIds: [InstanceId], IncludeAllInstances }),
      );
      return InstanceStatuses.map((entry) => entry.InstanceState?.Name);
    };
    expect(await status(true)).toHaveLength(1);
    await target.reaches(InstanceId, 'running');
    expect(await status()).toEqual(['running']);
  });
});
