import type { Encounters, Host } from '../hosts';
import type { Instance, SpotRequest, Volume } from '../state/model';

/** An instance as the control interface shows it. */
export const instanceView = (instance: Instance, host: Host | undefined) => ({
  id: instance.id,
  state: instance.state,
  stateReason: instance.stateReason ?? null,
  zone: instance.zone,
  instanceType: instance.type.name,
  market: instance.market,
  imageId: instance.imageId,
  address: instance.publicIp ?? null,
  privateAddress: instance.privateIp,
  port: host?.port ?? null,
  launchTime: instance.launchTime.toISOString(),
  terminatedAt: instance.terminatedAt?.toISOString() ?? null,
  clientToken: instance.clientToken,
  spotRequestId: instance.spotRequestId ?? null,
  shutdownBehavior: instance.shutdownBehavior,
  interruption: instance.interruption
    ? { action: instance.interruption.action, time: instance.interruption.time.toISOString() }
    : null,
  partitioned: host?.isPartitioned ?? false,
  tags: Object.fromEntries(instance.tags),
});

/** The same with what takes more effort to find out. */
export const instanceDetail = async (instance: Instance, host: Host | undefined, stranger: Encounters | null) => ({
  ...instanceView(instance, host),
  userData: instance.userData?.toString('utf8') ?? null,
  home: host?.home ?? null,
  bootLog: host?.consoleOutput() ?? '',
  stranger,
  processes: (await host?.processes()) ?? [],
});

export const volumeView = (volume: Volume) => ({
  id: volume.id,
  state: volume.state,
  sizeGiB: volume.sizeGiB,
  type: volume.type,
  zone: volume.zone,
  instanceId: volume.attachment?.instanceId ?? null,
  tags: Object.fromEntries(volume.tags),
});

export const spotRequestView = (request: SpotRequest) => ({
  id: request.id,
  state: request.state,
  statusCode: request.statusCode,
  instanceId: request.instanceId ?? null,
  instanceType: request.instanceType,
  zone: request.zone,
  maxPrice: request.maxPrice,
  tags: Object.fromEntries(request.tags),
});
