import type { StateChange } from '../../state/lifecycle';
import type { Instance } from '../../state/model';
import { permits } from '../../state/rules';
import { type Actions, type Body, type Call, VOID } from '../action';
import { namedInstances } from '../lookup';
import { Ec2Error } from '../protocol/errors';
import { renderState } from '../render/instance';

const renderChanges = (changes: StateChange[]): Body => ({
  instancesSet: changes.map(({ instance, previous, current }) => ({
    instanceId: instance.id,
    currentState: renderState(current),
    previousState: renderState(previous),
  })),
});

function startInstances(call: Call): Body {
  const instances = namedInstances(call.cloud.store, call.params);
  for (const instance of instances) permits('start', instance);
  call.proceed();
  return renderChanges(call.cloud.lifecycle.apply('start', instances));
}

function stopInstances(call: Call): Body {
  const { store } = call.cloud;
  const instances = namedInstances(store, call.params);
  for (const instance of instances) {
    permits('stop', instance);
    refuseOneTimeSpot(call, instance);
    if (instance.disableApiStop) {
      throw new Ec2Error(
        'OperationNotPermitted',
        `The instance '${instance.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
      );
    }
  }
  call.proceed();
  return renderChanges(call.cloud.lifecycle.apply('stop', instances));
}

function refuseOneTimeSpot({ cloud }: Call, instance: Instance): void {
  const request = cloud.store.spotRequests.get(instance.spotRequestId ?? '');
  if (request?.type !== 'one-time') return;
  throw new Ec2Error(
    'UnsupportedOperation',
    `You can't stop the Spot Instance '${instance.id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
  );
}

/** A protected instance fails the call, yet instances in zones that hold no protected one are terminated all the same. */
function terminateInstances(call: Call): Body {
  const { lifecycle, store } = call.cloud;
  const instances = namedInstances(store, call.params);
  const kept = instances.filter((instance) => instance.disableApiTermination && instance.state !== 'terminated');
  call.proceed();
  const [first] = kept;
  if (!first) return renderChanges(lifecycle.apply('terminate', instances));
  const zones = new Set(kept.map((instance) => instance.zone));
  lifecycle.apply(
    'terminate',
    instances.filter((instance) => !zones.has(instance.zone)),
  );
  throw new Ec2Error(
    'OperationNotPermitted',
    `The instance '${first.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}

function rebootInstances(call: Call): Body {
  const instances = namedInstances(call.cloud.store, call.params);
  call.proceed();
  call.cloud.lifecycle.reboot(instances);
  return VOID;
}

export const changeStateActions: Actions = {
  StartInstances: { parameters: ['InstanceId', 'AdditionalInfo'], run: startInstances },
  StopInstances: { parameters: ['InstanceId', 'Force', 'Hibernate'], run: stopInstances },
  TerminateInstances: { parameters: ['InstanceId', 'Force', 'SkipOsShutdown'], run: terminateInstances },
  RebootInstances: { parameters: ['InstanceId'], run: rebootInstances },
};
