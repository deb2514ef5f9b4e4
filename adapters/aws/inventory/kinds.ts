import {
  DescribeKeyPairsCommand,
  type EC2Client,
  type Filter,
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeSnapshots,
  paginateDescribeSpotInstanceRequests,
  paginateDescribeTags,
  paginateDescribeVolumes,
  type Tag,
} from '@aws-sdk/client-ec2';
import { literal } from '../ec2/filters';
import type { TaggedResource, TagQuery } from './types';

interface Call {
  client: EC2Client;
  options: { abortSignal?: AbortSignal };
}

type Look = (call: Call, query: TagQuery) => Promise<TaggedResource[]>;

/** The most that the paged Describe calls give at once. */
const pages = ({ client }: Call) => ({ client, pageSize: 1000 });

const pattern = (value: TagQuery[string]): string =>
  typeof value === 'string' ? literal(value) : `${literal(value.startsWith)}*`;

const filters = (query: TagQuery): Filter[] =>
  Object.entries(query).map(([key, value]) => ({ Name: `tag:${key}`, Values: [pattern(value)] }));

const found = (kind: string, id: string | undefined, tags: Tag[] | undefined, state?: string): TaggedResource[] =>
  id === undefined
    ? []
    : [
        {
          kind,
          id,
          ...(state === undefined ? {} : { state }),
          tags: Object.fromEntries((tags ?? []).flatMap(({ Key, Value }) => (Key ? [[Key, Value ?? '']] : []))),
        },
      ];

async function all<T>(paged: AsyncIterable<T>, read: (page: T) => TaggedResource[]): Promise<TaggedResource[]> {
  const list: TaggedResource[] = [];
  for await (const page of paged) list.push(...read(page));
  return list;
}

const instances: Look = (call, query) =>
  all(paginateDescribeInstances(pages(call), { Filters: filters(query) }, call.options), ({ Reservations = [] }) =>
    Reservations.flatMap((reservation) => reservation.Instances ?? [])
      .filter(({ State }) => State?.Name !== 'terminated')
      .flatMap(({ InstanceId, Tags, State }) => found('instance', InstanceId, Tags, State?.Name)),
  );

/** EC2 deletes what it shows so without anybody's doing. */
const VOLUME_GONE = new Set<string | undefined>(['deleting', 'deleted']);

const volumes: Look = (call, query) =>
  all(paginateDescribeVolumes(pages(call), { Filters: filters(query) }, call.options), ({ Volumes = [] }) =>
    Volumes.filter(({ State }) => !VOLUME_GONE.has(State)).flatMap(({ VolumeId, Tags, State }) =>
      found('volume', VolumeId, Tags, State),
    ),
  );

const snapshots: Look = (call, query) =>
  all(
    paginateDescribeSnapshots(pages(call), { OwnerIds: ['self'], Filters: filters(query) }, call.options),
    ({ Snapshots = [] }) => Snapshots.flatMap((one) => found('snapshot', one.SnapshotId, one.Tags, one.State)),
  );

/** In any other state it can launch nothing more. */
const SPOT_OPEN = ['open', 'active', 'disabled'];

const spotRequests: Look = (call, query) =>
  all(
    paginateDescribeSpotInstanceRequests(
      pages(call),
      { Filters: [...filters(query), { Name: 'state', Values: SPOT_OPEN }] },
      call.options,
    ),
    ({ SpotInstanceRequests = [] }) =>
      SpotInstanceRequests.flatMap((one) =>
        found('spot-instances-request', one.SpotInstanceRequestId, one.Tags, one.State),
      ),
  );

const keyPairs: Look = async ({ client, options }, query) => {
  const { KeyPairs = [] } = await client.send(new DescribeKeyPairsCommand({ Filters: filters(query) }), options);
  return KeyPairs.flatMap((pair) => found('key-pair', pair.KeyPairId, pair.Tags));
};

const securityGroups: Look = (call, query) =>
  all(
    paginateDescribeSecurityGroups(pages(call), { Filters: filters(query) }, call.options),
    ({ SecurityGroups = [] }) => SecurityGroups.flatMap((group) => found('security-group', group.GroupId, group.Tags)),
  );

const interfaces = (call: Call, Filters: Filter[]): Promise<TaggedResource[]> =>
  all(paginateDescribeNetworkInterfaces(pages(call), { Filters }, call.options), ({ NetworkInterfaces = [] }) =>
    NetworkInterfaces.flatMap((one) => found('network-interface', one.NetworkInterfaceId, one.TagSet, one.Status)),
  );

/** EC2 takes at most so many values in one filter. */
const FILTER_VALUES = 200;

export async function interfacesOf(call: Call, instanceIds: readonly string[]): Promise<TaggedResource[]> {
  const list: TaggedResource[] = [];
  for (let i = 0; i < instanceIds.length; i += FILTER_VALUES) {
    const Values = instanceIds.slice(i, i + FILTER_VALUES);
    list.push(...(await interfaces(call, [{ Name: 'attachment.instance-id', Values }])));
  }
  return list;
}

/** Each kind by its own call, which says in which state things are. */
export const KINDS: readonly Look[] = [
  instances,
  volumes,
  snapshots,
  spotRequests,
  keyPairs,
  securityGroups,
  (call, query) => interfaces(call, filters(query)),
];

const LOOKED_AT = new Set<string | undefined>([
  'instance',
  'volume',
  'snapshot',
  'spot-instances-request',
  'key-pair',
  'security-group',
  'network-interface',
]);

/** What no call above asks after, by its tags alone: images, launch templates, addresses, fleets, … */
export const otherKinds: Look = async (call, query) => {
  const byId = new Map<string, TaggedResource>();
  for (const [key, value] of Object.entries(query)) {
    const Filters = [
      { Name: 'key', Values: [literal(key)] },
      { Name: 'value', Values: [pattern(value)] },
    ];
    for await (const { Tags = [] } of paginateDescribeTags(pages(call), { Filters }, call.options)) {
      for (const { ResourceId: id, ResourceType: kind, Value = '' } of Tags) {
        if (!id || !kind || LOOKED_AT.has(kind)) continue;
        const known = byId.get(id) ?? { kind, id, tags: {} };
        byId.set(id, { ...known, tags: { ...known.tags, [key]: Value } });
      }
    }
  }
  return [...byId.values()].filter(({ tags }) => Object.keys(query).every((key) => key in tags));
};
