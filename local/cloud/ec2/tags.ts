import { Ec2Error, errors } from './protocol/errors';
import type { Params } from './protocol/params';

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/** Reads a list of tags. @throws Ec2Error for reserved, too long or too many ones. */
export function readTags(params: Params): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of params.structs('Tag')) {
    const key = tag.required('Key');
    const value = tag.string('Value') ?? '';
    if (key.toLowerCase().startsWith('aws:')) {
      throw errors.invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (key.length > MAX_KEY) throw errors.invalidValue(`Tag key exceeds the maximum length of ${MAX_KEY} characters`);
    if (value.length > MAX_VALUE) {
      throw errors.invalidValue(`Tag value exceeds the maximum length of ${MAX_VALUE} characters`);
    }
    if (tags.has(key)) throw errors.invalidValue(`Duplicate tag key '${key}' specified.`);
    tags.set(key, value);
  }
  checkCount(tags);
  return tags;
}

/** Throws unless a resource may have these tags. */
export function checkCount(tags: ReadonlyMap<string, string>): void {
  const own = [...tags.keys()].filter((key) => !key.startsWith('aws:'));
  if (own.length > MAX_TAGS) {
    throw new Ec2Error('TagLimitExceeded', 'You have reached the maximum number of tags for this resource.');
  }
}

const LAUNCH_RESOURCES = ['instance', 'volume', 'network-interface', 'spot-instances-request'] as const;
export type LaunchResource = (typeof LAUNCH_RESOURCES)[number];

/** The tags of a launch, by type of resource. */
export function readTagSpecifications(params: Params): Record<LaunchResource, Map<string, string>> {
  const all = {
    instance: new Map<string, string>(),
    volume: new Map<string, string>(),
    'network-interface': new Map<string, string>(),
    'spot-instances-request': new Map<string, string>(),
  };
  for (const specification of params.structs('TagSpecification')) {
    const name = specification.required('ResourceType');
    const type = LAUNCH_RESOURCES.find((known) => known === name);
    if (!type) throw errors.invalidValue(`'${name}' is not a valid taggable resource type for this operation.`);
    for (const [key, value] of readTags(specification)) all[type].set(key, value);
  }
  return all;
}

/** The tags of a call that creates one kind of resource. */
export function readTagSpecification(params: Params, type: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const specification of params.structs('TagSpecification')) {
    const name = specification.required('ResourceType');
    if (name !== type) throw errors.invalidValue(`'${name}' is not a valid taggable resource type for this operation.`);
    for (const [key, value] of readTags(specification)) tags.set(key, value);
  }
  checkCount(tags);
  return tags;
}
