import type { FaultSubject } from '../../faults/kinds';
import type { FaultStore } from '../../faults/store';
import { Ec2Error } from '../protocol/errors';
import { type LaunchRequest, otherZones } from './request';

/** How many instances EC2 gives, and in which zone. */
export interface Grant {
  zone: LaunchRequest['zones'][number];
  count: number;
}

const SPOT_CAPACITY = 'There is no Spot capacity available that matches your request.';

const QUOTA_DOC = 'Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.';

/**
 * Grants capacity in the first zone that has enough for MinCount, up to MaxCount.
 * @throws Ec2Error when a quota is used up or no zone has room; capacity errors are HTTP 500, as on EC2.
 */
export function grantCapacity(request: LaunchRequest, faults: FaultStore): Grant {
  const subject = (zone: string): FaultSubject => ({
    zone,
    instanceType: request.type.name,
    market: request.market,
    tags: request.tags.instance,
  });
  const quota = faults.strike(
    'quota',
    'RunInstances',
    request.zones.map((zone) => subject(zone.name)),
  );
  if (quota) throw quotaError(request, Number(quota.fields.limit ?? 0));
  for (const zone of request.zones) {
    const lack = faults.strike('no-capacity', 'RunInstances', [subject(zone.name)]);
    const room = lack ? Number(lack.fields.remaining ?? 0) : Number.POSITIVE_INFINITY;
    if (room < request.min) continue;
    const count = Math.min(request.max, room);
    if (lack) lack.fields.remaining = room - count;
    return { zone, count };
  }
  throw capacityError(request);
}

function capacityError(request: LaunchRequest): Ec2Error {
  const code = 'InsufficientInstanceCapacity';
  if (request.market === 'spot') return new Ec2Error(code, SPOT_CAPACITY, 500);
  const type = request.type.name;
  if (!request.zone) {
    return new Ec2Error(
      code,
      `We currently do not have sufficient ${type} capacity in the Availability Zone you requested. Our system will be working on provisioning additional capacity.`,
      500,
    );
  }
  const zone = request.zone.name;
  return new Ec2Error(
    code,
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing ${otherZones(request.type, zone).join(', ')}.`,
    500,
  );
}

function quotaError(request: LaunchRequest, limit: number): Ec2Error {
  if (request.market === 'spot')
    return new Ec2Error('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  return new Ec2Error(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. ${QUOTA_DOC}`,
  );
}
