import type { Instance } from '../../state/model';
import { type Actions, type Body, type Call, VOID } from '../action';
import { namedInstance } from '../lookup';
import { Ec2Error, errors } from '../protocol/errors';
import type { Params } from '../protocol/params';
import type { Xml } from '../protocol/xml';
import { type Groups, renderGroups } from '../render/instance';

interface Attribute {
  /** Its element in DescribeInstanceAttribute. */
  read(instance: Instance, groups: Groups): Xml;
  /** Applies `<Parameter>.Value`; undefined: cannot be changed here. */
  parameter?: string;
  write?(instance: Instance, params: Params, value: string): void;
}

const value = (content: Xml): Xml => ({ value: content });

function readBoolean(text: string, name: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw errors.invalidValue(`Invalid value '${text}' for ${name}. Expecting a boolean.`);
}

const ATTRIBUTES: Record<string, Attribute> = {
  disableApiTermination: {
    read: (instance) => value(instance.disableApiTermination),
    parameter: 'DisableApiTermination',
    write: (instance, _params, text) => {
      instance.disableApiTermination = readBoolean(text, 'DisableApiTermination');
    },
  },
  disableApiStop: {
    read: (instance) => value(instance.disableApiStop),
    parameter: 'DisableApiStop',
    write: (instance, _params, text) => {
      instance.disableApiStop = readBoolean(text, 'DisableApiStop');
    },
  },
  instanceInitiatedShutdownBehavior: {
    read: (instance) => value(instance.shutdownBehavior),
    parameter: 'InstanceInitiatedShutdownBehavior',
    write: (instance, _params, text) => {
      if (text !== 'stop' && text !== 'terminate') {
        throw errors.invalidValue(`Invalid value '${text}' for InstanceInitiatedShutdownBehavior.`);
      }
      instance.shutdownBehavior = text;
    },
  },
  userData: {
    read: (instance) => (instance.userData ? value(instance.userData.toString('base64')) : {}),
    parameter: 'UserData',
    write: (instance, _params, text) => {
      if (instance.state !== 'stopped') throw incorrectState(instance, 'userData');
      instance.userData = Buffer.from(text, 'base64');
    },
  },
  instanceType: { read: (instance) => value(instance.type.name) },
  ebsOptimized: { read: (instance) => value(instance.ebsOptimized) },
  rootDeviceName: { read: (instance) => value(instance.rootDeviceName) },
  sourceDestCheck: { read: () => value(true) },
  groupSet: { read: (instance, groups) => renderGroups(groups, instance.securityGroupIds) },
  blockDeviceMapping: {
    read: (instance) =>
      instance.blockDevices.map((device) => ({
        deviceName: device.deviceName,
        ebs: {
          volumeId: device.volumeId,
          status: 'attached',
          attachTime: device.attachTime,
          deleteOnTermination: device.deleteOnTermination,
        },
      })),
  },
};

const incorrectState = (instance: Instance, attribute: string): Ec2Error =>
  new Ec2Error(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in the 'stopped' state, which changing '${attribute}' needs.`,
  );

function describeAttribute({ cloud, params }: Call): Body {
  const instance = namedInstance(cloud.store, params);
  const name = params.required('Attribute');
  const attribute = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
  if (!attribute) throw errors.invalidValue(`Value (${name}) for parameter attribute is invalid. Unknown attribute.`);
  return { instanceId: instance.id, [name]: attribute.read(instance, cloud.store.securityGroups) };
}

/** Both forms: `DisableApiTermination.Value=true`, and `Attribute=disableApiTermination&Value=true`. */
function modifyAttribute(call: Call): Body {
  const { cloud, params } = call;
  const instance = namedInstance(cloud.store, params);
  const asked = Object.entries(ATTRIBUTES).flatMap(([name, attribute]) => {
    if (!attribute.write || !attribute.parameter) return [];
    const short = params.string('Attribute') === name ? params.string('Value') : undefined;
    const parameter = params.struct(attribute.parameter).string('Value') ?? params.string(attribute.parameter) ?? short;
    return parameter === undefined ? [] : [{ write: attribute.write, text: parameter }];
  });
  const devices = params.structs('BlockDeviceMapping');
  if (asked.length + devices.length === 0) {
    throw errors.invalidCombination('No attributes specified.');
  }
  if (asked.length + devices.length > 1 && asked.length > 0) {
    throw errors.invalidCombination('Only one attribute can be modified at a time.');
  }
  call.proceed();
  for (const { write, text } of asked) write(instance, params, text);
  for (const device of devices) modifyDevice(call, instance, device);
  return VOID;
}

function modifyDevice({ cloud }: Call, instance: Instance, params: Params): void {
  const name = params.required('DeviceName');
  const device = instance.blockDevices.find(({ deviceName }) => deviceName === name);
  if (!device) {
    throw new Ec2Error('InvalidInstanceAttributeValue', `No device is currently mapped at ${name}`);
  }
  const keep = params.struct('Ebs').boolean('DeleteOnTermination');
  if (keep === undefined) return;
  device.deleteOnTermination = keep;
  const attachment = cloud.store.volumes.get(device.volumeId)?.attachment;
  if (attachment) attachment.deleteOnTermination = keep;
}

/** The last 64 KB of the boot log, base64; no output before there is some. */
function consoleOutput({ cloud, params }: Call): Body {
  const instance = namedInstance(cloud.store, params);
  const output = Buffer.from(cloud.consoleOutput(instance.id)).subarray(-65_536);
  return {
    instanceId: instance.id,
    timestamp: new Date(),
    output: output.length > 0 ? output.toString('base64') : undefined,
  };
}

export const attributeActions: Actions = {
  DescribeInstanceAttribute: {
    parameters: ['InstanceId', 'Attribute'],
    required: ['InstanceId', 'Attribute'],
    run: describeAttribute,
  },
  ModifyInstanceAttribute: {
    parameters: [
      'InstanceId',
      'Attribute',
      'Value',
      'BlockDeviceMapping',
      'DisableApiStop',
      'DisableApiTermination',
      'InstanceInitiatedShutdownBehavior',
      'UserData',
    ],
    required: ['InstanceId'],
    run: modifyAttribute,
  },
  GetConsoleOutput: { parameters: ['InstanceId', 'Latest'], required: ['InstanceId'], run: consoleOutput },
};
