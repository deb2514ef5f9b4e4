import type * as sdk from '@aws-sdk/client-ec2';
import type { Image, Instance, InstanceState, ScheduledEvent, SpotPrice, SpotRequest, Volume } from './types';

/** From the SDK's shapes, where every field may be missing, to ours. What lacks its id is left out. */

const tagsOf = (tags: sdk.Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).flatMap((t) => (t.Key === undefined ? [] : [[t.Key, t.Value ?? '']])));

export function toInstance(raw: sdk.Instance): Instance | undefined {
  if (raw.InstanceId === undefined) return undefined;
  const instance: Instance = {
    id: raw.InstanceId,
    state: (raw.State?.Name ?? 'pending') as InstanceState,
    volumeIds: (raw.BlockDeviceMappings ?? []).flatMap((m) => m.Ebs?.VolumeId ?? []),
    tags: tagsOf(raw.Tags),
  };
  if (raw.StateReason?.Code) {
    instance.stateReason = { code: raw.StateReason.Code, message: raw.StateReason.Message ?? raw.StateReason.Code };
  }
  if (raw.ClientToken) instance.clientToken = raw.ClientToken;
  if (raw.PublicIpAddress) instance.publicAddress = raw.PublicIpAddress;
  if (raw.PrivateIpAddress) instance.privateAddress = raw.PrivateIpAddress;
  if (raw.Placement?.AvailabilityZone) instance.zone = raw.Placement.AvailabilityZone;
  if (raw.InstanceType) instance.type = raw.InstanceType;
  if (raw.SpotInstanceRequestId) instance.spotRequestId = raw.SpotInstanceRequestId;
  if (raw.LaunchTime) instance.launchedAt = raw.LaunchTime.getTime();
  return instance;
}

export function toVolume(raw: sdk.Volume): Volume | undefined {
  if (raw.VolumeId === undefined) return undefined;
  return {
    id: raw.VolumeId,
    state: raw.State ?? 'available',
    instanceIds: (raw.Attachments ?? []).flatMap((a) => a.InstanceId ?? []),
    ...(raw.CreateTime ? { createdAt: raw.CreateTime.getTime() } : {}),
    tags: tagsOf(raw.Tags),
  };
}

export function toSpotRequest(raw: sdk.SpotInstanceRequest): SpotRequest | undefined {
  if (raw.SpotInstanceRequestId === undefined) return undefined;
  const request: SpotRequest = {
    id: raw.SpotInstanceRequestId,
    state: raw.State ?? 'open',
    tags: tagsOf(raw.Tags),
  };
  if (raw.Status?.Code) request.status = raw.Status.Code;
  if (raw.Status?.UpdateTime) request.statusAt = raw.Status.UpdateTime.getTime();
  if (raw.InstanceId) request.instanceId = raw.InstanceId;
  if (raw.CreateTime) request.createdAt = raw.CreateTime.getTime();
  return request;
}

export function toSpotPrice(raw: sdk.SpotPrice): SpotPrice | undefined {
  const hourlyUsd = Number(raw.SpotPrice);
  if (!raw.InstanceType || !raw.AvailabilityZone || !(hourlyUsd > 0)) return undefined;
  return {
    instanceType: raw.InstanceType,
    zone: raw.AvailabilityZone,
    hourlyUsd,
    since: raw.Timestamp?.getTime() ?? 0,
  };
}

export function toImage(raw: sdk.Image): Image | undefined {
  if (raw.ImageId === undefined) return undefined;
  const rootDevice = raw.RootDeviceName ?? '/dev/sda1';
  const root = (raw.BlockDeviceMappings ?? []).find((m) => m.DeviceName === rootDevice);
  const image: Image = { id: raw.ImageId, rootDevice, rootGiB: root?.Ebs?.VolumeSize ?? 0 };
  if (raw.Name) image.name = raw.Name;
  if (raw.State) image.state = raw.State;
  if (raw.Architecture) image.architecture = raw.Architecture;
  return image;
}

/** All codes that an event may have (`EventCode` of the API). */
export const EVENT_CODES: sdk.EventCode[] = [
  'instance-reboot',
  'instance-retirement',
  'instance-stop',
  'system-maintenance',
  'system-reboot',
];

/** EC2 shows an event for some days after it is over; only its description says so then. */
const OVER = /^\s*\[(completed|canceled|cancelled)\]/i;

export function toScheduledEvents(raw: sdk.InstanceStatus): ScheduledEvent[] {
  const { InstanceId: instanceId, Events = [] } = raw;
  if (instanceId === undefined) return [];
  return Events.filter(({ Code, Description }) => Code !== undefined && !OVER.test(Description ?? '')).map((event) => ({
    instanceId,
    code: event.Code ?? '',
    ...(event.NotBefore ? { notBefore: event.NotBefore.getTime() } : {}),
  }));
}
