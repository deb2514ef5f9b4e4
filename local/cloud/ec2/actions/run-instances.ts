import { createHash } from 'node:crypto';
import type { TokenRecord } from '../../state/store';
import type { Action, Actions, Body, Call } from '../action';
import { grantCapacity } from '../launch/capacity';
import { createInstances } from '../launch/create';
import { type LaunchRequest, readLaunchRequest, tokenScope } from '../launch/request';
import { Ec2Error } from '../protocol/errors';
import { renderReservation } from '../render/instance';

/** What two requests may differ in and still be the same request. */
const NOT_COMPARED = ['Action', 'Version', 'ClientToken', 'DryRun', 'AUTHPARAMS'];

const PARAMETERS = [
  'BlockDeviceMapping',
  'ClientToken',
  'DisableApiStop',
  'DisableApiTermination',
  'EbsOptimized',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceMarketOptions',
  'InstanceType',
  'KeyName',
  'MaxCount',
  'MetadataOptions',
  'MinCount',
  'Monitoring',
  'NetworkInterface',
  'Placement',
  'SecurityGroup',
  'SecurityGroupId',
  'SubnetId',
  'TagSpecification',
  'UserData',
];

async function runInstances(call: Call): Promise<Body> {
  const { cloud, params } = call;
  const request = readLaunchRequest(params, cloud.store);
  // A hash: user data would make the record of every launch large.
  const parameters = createHash('sha256').update(params.canonical(NOT_COMPARED)).digest('hex');
  const key = `${tokenScope(request)} ${request.clientToken}`;
  const bound = request.clientToken === '' ? undefined : cloud.store.tokens.get(key);
  if (bound && bound.parameters !== parameters) {
    throw new Ec2Error(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  call.proceed();
  if (bound?.launched) return answer(call, bound);
  const record: TokenRecord = bound ?? { parameters, launched: undefined };
  // Bound before capacity is asked for: a refused launch keeps its token. Bound before anything is awaited: two calls at
  // once with one token are one launch.
  if (request.clientToken !== '') cloud.store.tokens.set(key, record);
  record.launched = launch(call, request);
  record.launched.then(
    (done) => {
      record.done = done;
    },
    () => {
      record.launched = undefined;
    },
  );
  return answer(call, record);
}

async function launch({ cloud }: Call, request: LaunchRequest) {
  return createInstances(cloud, request, grantCapacity(request, cloud.faults));
}

/** The reservation in its present state; a token whose instance is gone is of no more use. */
async function answer({ cloud }: Call, record: TokenRecord): Promise<Body> {
  const launched = await record.launched;
  const instances = (launched?.instanceIds ?? []).flatMap((id) => cloud.store.instances.get(id) ?? []);
  if (!launched || instances.length === 0 || instances.some((instance) => instance.state === 'terminated')) {
    throw new Ec2Error(
      'IdempotentInstanceTerminated',
      'The client token you have provided is associated with a terminated instance. Please use a different client token.',
    );
  }
  return renderReservation(launched.reservationId, instances, cloud.store.securityGroups);
}

const action: Action = {
  parameters: PARAMETERS,
  required: ['ImageId', 'MinCount', 'MaxCount'],
  subjects: ({ params, cloud }) => {
    const request = readLaunchRequest(params, cloud.store);
    const subject = { instanceType: request.type.name, market: request.market, tags: request.tags.instance };
    return request.zones.map((zone) => ({ ...subject, zone: zone.name }));
  },
  run: runInstances,
};

export const runInstancesActions: Actions = { RunInstances: action };
