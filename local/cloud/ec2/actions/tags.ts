import type { Store } from '../../state/store';
import { type Actions, type Body, type Call, VOID } from '../action';
import { applyFilters, type FilterTable } from '../filters';
import { allInterfaces, interfaceOf } from '../interfaces';
import { findAll } from '../lookup';
import { page } from '../paging';
import { Ec2Error, errors } from '../protocol/errors';
import { checkCount, readTags } from '../tags';

type Tags = Map<string, string>;

/** Where the tags of an id are, by its prefix. */
const FINDERS: [prefix: string, find: (store: Store, id: string) => Tags | undefined][] = [
  [
    'i-',
    (store, id) =>
      findAll('instance', [id], () => (store.isVisible(id) ? store.instances.get(id) : undefined))[0]?.tags,
  ],
  ['vol-', (store, id) => findAll('volume', [id], () => store.volumes.get(id))[0]?.tags],
  ['sir-', (store, id) => findAll('spotRequest', [id], () => store.spotRequests.get(id))[0]?.tags],
  ['snap-', (store, id) => findAll('snapshot', [id], () => store.snapshots.get(id))[0]?.tags],
  ['key-', (store, id) => findAll('keyPair', [id], () => store.keyPairs.get(id))[0]?.tags],
  ['sg-', (store, id) => findAll('securityGroup', [id], () => store.securityGroups.get(id))[0]?.tags],
  ['eni-', (store, id) => findAll('networkInterface', [id], () => interfaceOf(store, id))[0]?.tags],
];

const MAX_RESOURCES = 1000;

/** The tags of all resources named; one that is not there fails the call. */
function named({ cloud, params }: Call): Tags[] {
  const ids = params.list('ResourceId');
  if (ids.length === 0) throw errors.missingParameter('resourceIdSet');
  if (ids.length > MAX_RESOURCES) {
    throw new Ec2Error('InvalidParameterValue', `The maximum number of resources is ${MAX_RESOURCES}.`);
  }
  return ids.map((id) => {
    const finder = FINDERS.find(([prefix]) => id.startsWith(prefix));
    const tags = finder?.[1](cloud.store, id);
    if (!tags) throw new Ec2Error('InvalidID', `The ID '${id}' is not valid`);
    return tags;
  });
}

function createTags(call: Call): Body {
  const targets = named(call);
  const tags = readTags(call.params);
  if (tags.size === 0) throw errors.missingParameter('Tag');
  for (const target of targets) checkCount(new Map([...target, ...tags]));
  call.proceed();
  for (const target of targets) for (const [key, value] of tags) target.set(key, value);
  return VOID;
}

/** A key alone removes it whatever its value; with a value (an empty one too) only when that is its value. */
function deleteTags(call: Call): Body {
  const targets = named(call);
  const wanted = call.params.structs('Tag').map((tag) => ({ key: tag.required('Key'), value: tag.string('Value') }));
  call.proceed();
  for (const target of targets) {
    for (const [key, value] of [...target]) {
      const matches = wanted.some((tag) => tag.key === key && (tag.value === undefined || tag.value === value));
      if (matches || (wanted.length === 0 && !key.startsWith('aws:'))) target.delete(key);
    }
  }
  return VOID;
}

interface TagRow {
  resourceId: string;
  resourceType: string;
  key: string;
  value: string;
}

const FILTERS: FilterTable<TagRow> = {
  key: (row) => row.key,
  'resource-id': (row) => row.resourceId,
  'resource-type': (row) => row.resourceType,
  value: (row) => row.value,
};

function describeTags({ cloud, params }: Call): Body {
  const { store } = cloud;
  const rows = (resourceType: string, resources: Iterable<{ id: string; tags: Tags }>): TagRow[] =>
    [...resources].flatMap(({ id, tags }) =>
      [...tags].map(([key, value]) => ({ resourceId: id, resourceType, key, value })),
    );
  const all = [
    ...rows('instance', store.visibleInstances()),
    ...rows('volume', store.volumes.values()),
    ...rows('spot-instances-request', store.spotRequests.values()),
    ...rows('snapshot', store.snapshots.values()),
    ...rows('key-pair', store.keyPairs.values()),
    ...rows('security-group', store.securityGroups.values()),
    ...rows('network-interface', allInterfaces(store)),
  ];
  const found = applyFilters(params, FILTERS, all);
  const { items, nextToken } = page(params, 'tags', found, (row) => `${row.resourceId} ${row.key}`);
  return { tagSet: items.map((row) => ({ ...row })), nextToken };
}

export const tagActions: Actions = {
  CreateTags: { parameters: ['ResourceId', 'Tag'], run: createTags },
  DeleteTags: { parameters: ['ResourceId', 'Tag'], run: deleteTags },
  DescribeTags: { parameters: ['Filter', 'MaxResults', 'NextToken'], run: describeTags },
};
