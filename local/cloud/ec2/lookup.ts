import type { Instance } from '../state/model';
import type { Store } from '../state/store';
import { Ec2Error, errors } from './protocol/errors';
import type { Params } from './protocol/params';

interface IdRule {
  pattern: RegExp;
  malformed: string;
  notFound: string;
  missing(ids: string[]): string;
}

/** How ids look, and EC2's words for one that is malformed or not there. Several missing ids are named together. */
const ID_RULES = {
  instance: {
    pattern: /^i-([0-9a-f]{8}|[0-9a-f]{17})$/,
    malformed: 'InvalidInstanceID.Malformed',
    notFound: 'InvalidInstanceID.NotFound',
    missing: (ids) =>
      ids.length === 1
        ? `The instance ID '${ids[0]}' does not exist`
        : `The instance IDs '${ids.join(', ')}' do not exist`,
  },
  volume: {
    pattern: /^vol-([0-9a-f]{8}|[0-9a-f]{17})$/,
    malformed: 'InvalidVolumeID.Malformed',
    notFound: 'InvalidVolume.NotFound',
    missing: (ids) =>
      ids.length === 1 ? `The volume '${ids[0]}' does not exist.` : `The volumes '${ids.join(', ')}' do not exist.`,
  },
  spotRequest: {
    pattern: /^sir-[0-9a-z]{8}$/,
    malformed: 'InvalidSpotInstanceRequestID.Malformed',
    notFound: 'InvalidSpotInstanceRequestID.NotFound',
    missing: (ids) =>
      ids.length === 1
        ? `The spot instance request ID '${ids[0]}' does not exist`
        : `The spot instance request IDs '${ids.join(', ')}' do not exist`,
  },
  snapshot: {
    pattern: /^snap-([0-9a-f]{8}|[0-9a-f]{17})$/,
    malformed: 'InvalidSnapshotID.Malformed',
    notFound: 'InvalidSnapshot.NotFound',
    missing: (ids) =>
      ids.length === 1 ? `The snapshot '${ids[0]}' does not exist.` : `The snapshots '${ids.join(', ')}' do not exist.`,
  },
  networkInterface: {
    pattern: /^eni-([0-9a-f]{8}|[0-9a-f]{17})$/,
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    missing: (ids) =>
      ids.length === 1
        ? `The networkInterface ID '${ids[0]}' does not exist`
        : `The networkInterface IDs '${ids.join(', ')}' do not exist`,
  },
  securityGroup: {
    pattern: /^sg-([0-9a-f]{8}|[0-9a-f]{17})$/,
    malformed: 'InvalidGroupId.Malformed',
    notFound: 'InvalidGroup.NotFound',
    missing: ([id]) => `The security group '${id}' does not exist`,
  },
  keyPair: {
    pattern: /^key-([0-9a-f]{8}|[0-9a-f]{17})$/,
    malformed: 'InvalidKeyPair.Malformed',
    notFound: 'InvalidKeyPair.NotFound',
    missing: ([id]) => `The key pair '${id}' does not exist`,
  },
} as const satisfies Record<string, IdRule>;

/** Finds all ids, or throws naming those (and only those) that are malformed or missing. Repeated ids count once. */
export function findAll<T>(
  kind: keyof typeof ID_RULES,
  ids: readonly string[],
  find: (id: string) => T | undefined,
): T[] {
  const rule: IdRule = ID_RULES[kind];
  const wrong = ids.find((id) => !rule.pattern.test(id));
  if (wrong !== undefined) throw new Ec2Error(rule.malformed, `Invalid id: "${wrong}"`);
  const unique = [...new Set(ids)];
  const found = unique.map(find);
  const missing = unique.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) throw new Ec2Error(rule.notFound, rule.missing(missing));
  return found.filter((entity): entity is NonNullable<typeof entity> => entity !== undefined);
}

/** The instances that a changing call names; at least one is needed. */
export function namedInstances(store: Store, params: Params): Instance[] {
  const ids = params.list('InstanceId');
  if (ids.length === 0) throw errors.missingParameter('InstanceId');
  return findAll('instance', ids, (id) => store.instances.get(id));
}

/** The one instance that a call names. */
export function namedInstance(store: Store, params: Params): Instance {
  const [instance] = findAll('instance', [params.required('InstanceId')], (id) => store.instances.get(id));
  if (!instance) throw errors.missingParameter('InstanceId');
  return instance;
}
