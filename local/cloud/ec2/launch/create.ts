import { randomBytes } from 'node:crypto';
import { newId } from '../../state/ids';
import type { Instance, SpotRequest, Volume } from '../../state/model';
import { SPOT_STATUS } from '../../state/spot-status';
import type { Launched } from '../../state/store';
import type { Ec2Cloud } from '../action';
import type { Grant } from './capacity';
import type { LaunchRequest } from './request';

/** Creates what was granted, with hosts, disks and spot requests, all `pending`. */
export async function createInstances(cloud: Ec2Cloud, request: LaunchRequest, grant: Grant): Promise<Launched> {
  const reservationId = newId('reservation');
  const created: Instance[] = [];
  for (let index = 0; index < grant.count; index++) {
    const instance = newInstance(cloud, request, grant, reservationId, index);
    created.push(instance);
    try {
      await cloud.createHost(instance);
    } catch (error) {
      // All or none: what MinCount asks for is not there.
      await Promise.all(created.map((each) => cloud.discardHost(each)));
      throw error;
    }
  }
  for (const instance of created) {
    applyFaults(cloud, instance);
    cloud.store.instances.set(instance.id, instance);
    addDisks(cloud, request, instance);
    if (request.spot) addSpotRequest(cloud, request, instance);
    cloud.lifecycle.launched(instance);
  }
  return { reservationId, instanceIds: created.map((instance) => instance.id) };
}

function newInstance(
  cloud: Ec2Cloud,
  request: LaunchRequest,
  { zone }: Grant,
  reservationId: string,
  launchIndex: number,
): Instance {
  const mac = [...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, '0'));
  return {
    id: newId('instance'),
    seq: cloud.store.nextSeq(),
    reservationId,
    launchIndex,
    clientToken: request.clientToken,
    imageId: request.image.id,
    type: request.type,
    zone: zone.name,
    subnetId: zone.subnetId,
    securityGroupIds: request.securityGroupIds,
    networkInterfaceId: newId('networkInterface'),
    networkInterfaceTags: new Map(request.tags['network-interface']),
    macAddress: ['0a', ...mac].join(':'),
    keyName: undefined,
    privateIp: '',
    publicIp: undefined,
    state: 'pending',
    stateReason: { code: 'pending', message: 'pending' },
    transitionReason: '',
    launchTime: new Date(),
    market: request.market,
    spotRequestId: undefined,
    userData: request.userData,
    shutdownBehavior: request.shutdownBehavior,
    disableApiTermination: request.disableApiTermination,
    disableApiStop: request.disableApiStop,
    ebsOptimized: request.ebsOptimized,
    monitoring: request.monitoring,
    metadata: { ...request.metadata },
    rootDeviceName: request.image.rootDeviceName,
    blockDevices: [],
    tags: new Map(request.tags.instance),
    visibleFrom: 0,
    terminatedAt: undefined,
    interruption: undefined,
    rebalanceAt: undefined,
    maintenance: [],
    noBoot: false,
    wrongHostKey: false,
  };
}

function applyFaults({ faults }: Ec2Cloud, instance: Instance): void {
  const subject = {
    zone: instance.zone,
    instanceType: instance.type.name,
    market: instance.market,
    tags: instance.tags,
  };
  const invisible = faults.strike('invisible', 'RunInstances', [subject]);
  if (invisible) instance.visibleFrom = Date.now() + Number(invisible.fields.seconds) * 1000;
  instance.noBoot = faults.strike('no-boot', 'RunInstances', [subject]) !== undefined;
  instance.wrongHostKey = faults.strike('wrong-host-key', 'RunInstances', [subject]) !== undefined;
}

function addDisks({ store }: Ec2Cloud, request: LaunchRequest, instance: Instance): void {
  const now = new Date();
  for (const disk of request.disks) {
    const { deviceName, deleteOnTermination, ...rest } = disk;
    const volume: Volume = {
      ...rest,
      id: newId('volume'),
      seq: store.nextSeq(),
      zone: instance.zone,
      createTime: now,
      state: 'in-use',
      attachment: { instanceId: instance.id, deviceName, state: 'attaching', attachTime: now, deleteOnTermination },
      tags: new Map(request.tags.volume),
    };
    store.volumes.set(volume.id, volume);
    instance.blockDevices.push({ deviceName, volumeId: volume.id, deleteOnTermination, attachTime: now });
  }
}

function addSpotRequest({ store }: Ec2Cloud, request: LaunchRequest, instance: Instance): void {
  if (!request.spot) return;
  const now = new Date();
  const spot: SpotRequest = {
    ...request.spot,
    id: newId('spotRequest'),
    seq: store.nextSeq(),
    instanceId: instance.id,
    state: 'active',
    statusCode: 'fulfilled',
    statusMessage: SPOT_STATUS.fulfilled.message,
    statusTime: now,
    createTime: now,
    instanceType: instance.type.name,
    imageId: instance.imageId,
    keyName: instance.keyName,
    subnetId: instance.subnetId,
    securityGroupIds: instance.securityGroupIds,
    zone: instance.zone,
    tags: new Map(request.tags['spot-instances-request']),
  };
  store.spotRequests.set(spot.id, spot);
  instance.spotRequestId = spot.id;
}
