import {
  DescribeInstanceAttributeCommand,
  GetConsoleOutputCommand,
  type InstanceAttributeName,
  ModifyInstanceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, PATIENCE_SECONDS, refusal, type Target } from '../support/target';
import { until } from '../support/until';

const { it } = suite('ec2 › attributes');

let target: Target;
let id: string;
const USER_DATA = Buffer.from('#!/bin/sh\necho "the script ran"\n').toString('base64');
beforeAll(async () => {
  target = await openTarget();
  id = (await target.runningOne({ UserData: USER_DATA })).InstanceId;
});
afterAll(() => target.close());

const attribute = (Attribute: InstanceAttributeName) =>
  target.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute }));

it('shutdown behaviour is stop by default and can be changed', async () => {
  expect((await attribute('instanceInitiatedShutdownBehavior')).InstanceInitiatedShutdownBehavior?.Value).toBe('stop');
  await target.ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceInitiatedShutdownBehavior: { Value: 'terminate' } }),
  );
  expect((await attribute('instanceInitiatedShutdownBehavior')).InstanceInitiatedShutdownBehavior?.Value).toBe(
    'terminate',
  );
});

it('protection is off by default and can be changed, also in the short form', async () => {
  expect((await attribute('disableApiTermination')).DisableApiTermination?.Value).toBe(false);
  const set = (Value: string) =>
    target.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Attribute: 'disableApiTermination', Value }));
  await set('true');
  expect((await attribute('disableApiTermination')).DisableApiTermination?.Value).toBe(true);
  await set('false');
});

it('user data comes back as it went in; it cannot be changed while running', async () => {
  expect((await attribute('userData')).UserData?.Value).toBe(USER_DATA);
  const call = target.ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: id, UserData: { Value: Buffer.from('x') } }),
  );
  expect((await refusal(call)).code).toBe('IncorrectInstanceState');
});

it('a disk can be told to stay', async () => {
  const { BlockDeviceMappings: [device] = [] } = await target.describe(id);
  const keep = (DeleteOnTermination: boolean) =>
    target.ec2.send(
      new ModifyInstanceAttributeCommand({
        InstanceId: id,
        BlockDeviceMappings: [{ DeviceName: device?.DeviceName ?? '', Ebs: { DeleteOnTermination } }],
      }),
    );
  await keep(false);
  expect((await target.describe(id)).BlockDeviceMappings?.[0]?.Ebs?.DeleteOnTermination).toBe(false);
  await keep(true);
});

it('console output has what the boot wrote', async () => {
  const text = await until(
    'console output',
    async () => {
      const { Output = '' } = await target.ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
      const decoded = Buffer.from(Output, 'base64').toString();
      return decoded.includes('the script ran') && decoded;
    },
    PATIENCE_SECONDS,
  );
  expect(text).toContain('the script ran');
});
