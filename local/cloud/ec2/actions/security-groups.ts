import { ACCOUNT_ID, DEFAULT_GROUP, VPC_ID } from '../../catalog/network';
import { newId } from '../../state/ids';
import type { SecurityGroup } from '../../state/resources';
import type { Store } from '../../state/store';
import type { Actions, Body, Call } from '../action';
import { type FilterTable, tagged } from '../filters';
import { allInterfaces } from '../interfaces';
import { list } from '../listing';
import { findAll } from '../lookup';
import { Ec2Error } from '../protocol/errors';
import { renderTags } from '../render/instance';
import { readTagSpecification } from '../tags';

const FILTERS: FilterTable<SecurityGroup> = tagged({
  description: (group) => group.description,
  'group-id': (group) => group.id,
  'group-name': (group) => group.name,
  'ip-permission.from-port': (group) => (group.id === DEFAULT_GROUP.id ? 22 : undefined),
  'owner-id': () => ACCOUNT_ID,
  'vpc-id': () => VPC_ID,
});

const missing = (id: string): Ec2Error =>
  new Ec2Error('InvalidGroup.NotFound', `The security group '${id}' does not exist`);

function describeGroups({ cloud, params }: Call): Body {
  const names = params.list('GroupName');
  const entities = [...cloud.store.securityGroups.values()];
  const unknown = names.find((name) => !entities.some((group) => group.name === name));
  if (unknown !== undefined) throw noneNamed(unknown);
  const { items, nextToken } = list(params, {
    kind: 'securityGroups',
    idParameter: 'GroupId',
    id: (group: SecurityGroup) => group.id,
    entities: entities.filter((group) => names.length === 0 || names.includes(group.name)),
    filters: FILTERS,
    missing,
  });
  return { securityGroupInfo: items.map(render), nextToken };
}

const noneNamed = (name: string): Ec2Error =>
  new Ec2Error('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC '${VPC_ID}'`);

/** A new one lets nothing in. */
const render = (group: SecurityGroup): Body => ({
  ownerId: ACCOUNT_ID,
  groupId: group.id,
  groupName: group.name,
  groupDescription: group.description,
  vpcId: VPC_ID,
  ipPermissions:
    group.id === DEFAULT_GROUP.id
      ? [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, groups: [], ipRanges: [{ cidrIp: '127.0.0.0/8' }] }]
      : [],
  ipPermissionsEgress: [{ ipProtocol: '-1', groups: [], ipRanges: [{ cidrIp: '0.0.0.0/0' }] }],
  tagSet: group.tags.size > 0 ? renderTags(group.tags) : undefined,
});

function createGroup(call: Call): Body {
  const { cloud, params } = call;
  const [name, description] = [params.required('GroupName'), params.required('GroupDescription')];
  const vpc = params.string('VpcId') ?? VPC_ID;
  if (vpc !== VPC_ID) throw new Ec2Error('InvalidVpcID.NotFound', `The vpc ID '${vpc}' does not exist`);
  if (name === DEFAULT_GROUP.name || name.startsWith('sg-')) {
    throw new Ec2Error('InvalidParameterValue', `Invalid value '${name}' for groupName. Cannot use reserved name.`);
  }
  if ([...cloud.store.securityGroups.values()].some((group) => group.name === name)) {
    throw new Ec2Error('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${VPC_ID}'`);
  }
  const tags = readTagSpecification(params, 'security-group');
  call.proceed();
  const group: SecurityGroup = { id: newId('securityGroup'), seq: cloud.store.nextSeq(), name, description, tags };
  cloud.store.securityGroups.set(group.id, group);
  return { return: true, groupId: group.id, tagSet: renderTags(tags) };
}

function deleteGroup(call: Call): Body {
  const group = named(call);
  if (group.id === DEFAULT_GROUP.id) {
    throw new Ec2Error(
      'CannotDelete',
      `the specified group: "${group.id}" name: "${group.name}" cannot be deleted by a user`,
    );
  }
  if (isUsed(call.cloud.store, group)) {
    throw new Ec2Error('DependencyViolation', `resource ${group.id} has a dependent object`);
  }
  call.proceed();
  call.cloud.store.securityGroups.delete(group.id);
  return { return: true, groupId: group.id };
}

function named({ cloud, params }: Call): SecurityGroup {
  const groups = cloud.store.securityGroups;
  const name = params.string('GroupName');
  if (name !== undefined) {
    const group = [...groups.values()].find((each) => each.name === name);
    if (!group) throw noneNamed(name);
    return group;
  }
  const [group] = findAll('securityGroup', [params.required('GroupId')], (id) => groups.get(id));
  if (!group) throw missing(params.required('GroupId'));
  return group;
}

const isUsed = (store: Store, { id }: SecurityGroup): boolean =>
  allInterfaces(store).some((each) => each.securityGroupIds.includes(id));

export const securityGroupActions: Actions = {
  DescribeSecurityGroups: {
    parameters: ['Filter', 'MaxResults', 'NextToken', 'GroupId', 'GroupName'],
    run: describeGroups,
  },
  CreateSecurityGroup: {
    parameters: ['GroupName', 'GroupDescription', 'VpcId', 'TagSpecification'],
    required: ['GroupName', 'GroupDescription'],
    run: createGroup,
  },
  DeleteSecurityGroup: { parameters: ['GroupId', 'GroupName'], run: deleteGroup },
};
