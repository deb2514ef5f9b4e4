import { VPC_ID } from '../../catalog/network';
import { type Instance, STATE_CODES } from '../../state/model';
import type { Actions, Body, Call } from '../action';
import { applyFilters, type FilterTable, tagged } from '../filters';
import { findAll } from '../lookup';
import { page, seqKey } from '../paging';
import { errors } from '../protocol/errors';
import { privateDnsName, publicDnsName, renderReservation, renderState, shownPublicIp } from '../render/instance';

const FILTERS: FilterTable<Instance> = tagged({
  architecture: () => 'x86_64',
  'availability-zone': (i) => i.zone,
  'block-device-mapping.attach-time': (i) => i.blockDevices.map((device) => device.attachTime),
  'block-device-mapping.delete-on-termination': (i) => i.blockDevices.map((device) => device.deleteOnTermination),
  'block-device-mapping.device-name': (i) => i.blockDevices.map((device) => device.deviceName),
  'block-device-mapping.status': (i) => i.blockDevices.map(() => (i.state === 'pending' ? 'attaching' : 'attached')),
  'block-device-mapping.volume-id': (i) => i.blockDevices.map((device) => device.volumeId),
  'client-token': (i) => i.clientToken,
  'dns-name': publicDnsName,
  hypervisor: () => 'xen',
  'image-id': (i) => i.imageId,
  'instance-id': (i) => i.id,
  // On-demand instances have no lifecycle, so no value matches them.
  'instance-lifecycle': (i) => (i.market === 'spot' ? 'spot' : undefined),
  'instance-state-code': (i) => STATE_CODES[i.state],
  'instance-state-name': (i) => i.state,
  'instance-type': (i) => i.type.name,
  'instance.group-id': (i) => i.securityGroupIds,
  'ip-address': shownPublicIp,
  'key-name': (i) => i.keyName,
  'launch-index': (i) => i.launchIndex,
  'launch-time': (i) => i.launchTime,
  'metadata-options.http-tokens': (i) => i.metadata.httpTokens,
  'monitoring-state': (i) => (i.monitoring ? 'enabled' : 'disabled'),
  'network-interface.group-id': (i) => (i.state === 'terminated' ? [] : i.securityGroupIds),
  'network-interface.network-interface-id': (i) => (i.state === 'terminated' ? undefined : i.networkInterfaceId),
  'network-interface.subnet-id': (i) => (i.state === 'terminated' ? undefined : i.subnetId),
  'network-interface.vpc-id': (i) => (i.state === 'terminated' ? undefined : VPC_ID),
  'private-dns-name': privateDnsName,
  'private-ip-address': (i) => (i.state === 'terminated' ? undefined : i.privateIp),
  'reservation-id': (i) => i.reservationId,
  'root-device-name': (i) => i.rootDeviceName,
  'root-device-type': () => 'ebs',
  'spot-instance-request-id': (i) => i.spotRequestId,
  'state-reason-code': (i) => i.stateReason?.code,
  'subnet-id': (i) => (i.state === 'terminated' ? undefined : i.subnetId),
  tenancy: () => 'default',
  'virtualization-type': () => 'hvm',
  'vpc-id': (i) => (i.state === 'terminated' ? undefined : VPC_ID),
});

/** The instances that a Describe call is about, by ids or all, after its filters. */
function selected({ cloud, params }: Call, filters: FilterTable<Instance>): Instance[] {
  const ids = params.list('InstanceId');
  const visible = new Map(cloud.store.visibleInstances().map((instance) => [instance.id, instance]));
  const named = ids.length > 0 ? findAll('instance', ids, (id) => visible.get(id)) : [...visible.values()];
  return applyFilters(params, filters, named);
}

function describeInstances(call: Call): Body {
  const { cloud, params } = call;
  const found = selected(call, FILTERS);
  const { items, nextToken } = page(params, 'instances', found, (i) => seqKey(i.seq), params.has('InstanceId'));
  const reservations = new Map<string, Instance[]>();
  for (const instance of items) {
    reservations.set(instance.reservationId, [...(reservations.get(instance.reservationId) ?? []), instance]);
  }
  return {
    reservationSet: [...reservations].map(([id, instances]) =>
      renderReservation(id, instances, cloud.store.securityGroups),
    ),
    nextToken,
  };
}

const STATUS_FILTERS: FilterTable<Instance> = tagged({
  'availability-zone': (i) => i.zone,
  'event.code': (i) => i.maintenance.map((event) => event.code),
  'event.instance-event-id': (i) => i.maintenance.map((event) => event.id),
  'instance-state-code': (i) => STATE_CODES[i.state],
  'instance-state-name': (i) => i.state,
  'instance-status.status': reachability,
  'system-status.status': (i) => (i.state === 'running' ? 'ok' : 'not-applicable'),
});

function reachability(instance: Instance): string {
  if (instance.state !== 'running') return 'not-applicable';
  return instance.noBoot ? 'impaired' : 'ok';
}

const MAX_STATUS_IDS = 100;

function describeInstanceStatus(call: Call): Body {
  const { params } = call;
  if (params.list('InstanceId').length > MAX_STATUS_IDS) {
    throw errors.invalidValue(`The maximum number of instance IDs is ${MAX_STATUS_IDS}.`);
  }
  const all = params.boolean('IncludeAllInstances') ?? false;
  const found = selected(call, STATUS_FILTERS).filter((instance) => all || instance.state === 'running');
  const { items, nextToken } = page(params, 'instanceStatus', found, (i) => seqKey(i.seq), params.has('InstanceId'));
  return { instanceStatusSet: items.map(renderStatus), nextToken };
}

function renderStatus(instance: Instance): Body {
  const status = (value: string): Body => ({
    status: value,
    details:
      value === 'not-applicable' ? undefined : [{ name: 'reachability', status: value === 'ok' ? 'passed' : 'failed' }],
  });
  const events = instance.maintenance.map((event) => ({
    instanceEventId: event.id,
    code: event.code,
    description: event.description,
    notBefore: event.notBefore,
    notAfter: event.notAfter,
  }));
  return {
    instanceId: instance.id,
    availabilityZone: instance.zone,
    eventsSet: events.length > 0 ? events : undefined,
    instanceState: renderState(instance.state),
    systemStatus: status(instance.state === 'running' ? 'ok' : 'not-applicable'),
    instanceStatus: status(reachability(instance)),
  };
}

const LIST_PARAMETERS = ['Filter', 'InstanceId', 'MaxResults', 'NextToken'];

export const describeInstancesActions: Actions = {
  DescribeInstances: { parameters: LIST_PARAMETERS, run: describeInstances },
  DescribeInstanceStatus: { parameters: [...LIST_PARAMETERS, 'IncludeAllInstances'], run: describeInstanceStatus },
};
