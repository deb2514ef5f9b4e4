import {
  DescribeVolumesCommand,
  type InstanceStateChange,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, refusal, type Target } from '../support/target';

const { describe, it } = suite('ec2 › states');

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const start = (...InstanceIds: string[]) => target.ec2.send(new StartInstancesCommand({ InstanceIds }));
const stop = (...InstanceIds: string[]) => target.ec2.send(new StopInstancesCommand({ InstanceIds }));
const terminate = (...InstanceIds: string[]) => target.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
const names = (changes: InstanceStateChange[] = []) =>
  changes.map(({ PreviousState, CurrentState }) => [PreviousState?.Name, CurrentState?.Name]);

describe('stop and start', () => {
  it('running → stopping → stopped → pending → running; the public address is released', async () => {
    const { InstanceId, PrivateIpAddress, LaunchTime } = await target.runningOne();
    expect(names((await stop(InstanceId)).StoppingInstances)).toEqual([['running', 'stopping']]);
    const stopped = await target.reaches(InstanceId, 'stopped');
    expect(stopped).toMatchObject({
      PublicDnsName: '',
      PrivateIpAddress,
      StateReason: {
        Code: 'Client.UserInitiatedShutdown',
        Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
      },
    });
    expect(stopped.PublicIpAddress).toBeUndefined();
    expect(stopped.StateTransitionReason).toMatch(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/);
    expect(names((await stop(InstanceId)).StoppingInstances)).toEqual([['stopped', 'stopped']]);
    expect(names((await start(InstanceId)).StartingInstances)).toEqual([['stopped', 'pending']]);
    const running = await target.reaches(InstanceId, 'running');
    expect(running.PublicIpAddress).toBeDefined();
    expect(running.PrivateIpAddress).toBe(PrivateIpAddress);
    expect(running.LaunchTime?.getTime()).toBeGreaterThanOrEqual(LaunchTime?.getTime() ?? 0);
    expect(names((await start(InstanceId)).StartingInstances)).toEqual([['running', 'running']]);
  });

  it('a terminated instance can be neither', async () => {
    const { InstanceId } = await target.runningOne();
    await terminate(InstanceId);
    await target.reaches(InstanceId, 'terminated');
    expect(await refusal(start(InstanceId))).toMatchObject({
      code: 'IncorrectInstanceState',
      message: `The instance '${InstanceId}' is not in a state from which it can be started.`,
    });
    expect(await refusal(stop(InstanceId))).toMatchObject({
      code: 'IncorrectInstanceState',
      message: `This instance '${InstanceId}' is not in a state from which it can be stopped.`,
    });
  });
});

describe('terminate', () => {
  it('running → shutting-down → terminated, with the reason; a repeat succeeds', async () => {
    const { InstanceId } = await target.runningOne();
    expect(names((await terminate(InstanceId)).TerminatingInstances)).toEqual([['running', 'shutting-down']]);
    const gone = await target.reaches(InstanceId, 'terminated');
    expect(gone).toMatchObject({
      State: { Code: 48 },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
      PrivateDnsName: '',
      PublicDnsName: '',
      SecurityGroups: [],
      NetworkInterfaces: [],
      BlockDeviceMappings: [],
    });
    expect(names((await terminate(InstanceId)).TerminatingInstances)).toEqual([['terminated', 'terminated']]);
  });

  it('takes the root disk along', async () => {
    const { InstanceId, BlockDeviceMappings } = await target.runningOne();
    const VolumeIds = BlockDeviceMappings?.map((device) => device.Ebs?.VolumeId ?? '') ?? [];
    expect(VolumeIds).toHaveLength(1);
    await terminate(InstanceId);
    await target.reaches(InstanceId, 'terminated');
    expect(await refusal(target.ec2.send(new DescribeVolumesCommand({ VolumeIds })))).toMatchObject({
      code: 'InvalidVolume.NotFound',
      message: `The volume '${VolumeIds[0]}' does not exist.`,
    });
  });

  it('one unknown id and none is terminated', async () => {
    const { InstanceId } = await target.runningOne();
    expect((await refusal(terminate(InstanceId, 'i-00000000000000000'))).code).toBe('InvalidInstanceID.NotFound');
    expect((await target.describe(InstanceId)).State?.Name).toBe('running');
  });

  it('works on a pending and on a stopped instance', async () => {
    const { InstanceId } = await target.runOne();
    await terminate(InstanceId);
    await target.reaches(InstanceId, 'terminated');
    const other = await target.runningOne();
    await stop(other.InstanceId);
    await target.reaches(other.InstanceId, 'stopped');
    await terminate(other.InstanceId);
    await target.reaches(other.InstanceId, 'terminated');
  });

  it('protection: OperationNotPermitted, yet instances of other zones go', async () => {
    const protect = (InstanceId: string, Value: boolean) =>
      target.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value } }));
    const a = await target.runningOne({ Placement: { AvailabilityZone: 'us-east-1a' }, DisableApiTermination: true });
    const sibling = await target.runningOne({ Placement: { AvailabilityZone: 'us-east-1a' } });
    const other = await target.runningOne({ Placement: { AvailabilityZone: 'us-east-1b' } });
    expect(await refusal(terminate(a.InstanceId, sibling.InstanceId, other.InstanceId))).toMatchObject({
      code: 'OperationNotPermitted',
      message: `The instance '${a.InstanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    });
    expect((await target.describe(a.InstanceId)).State?.Name).toBe('running');
    expect((await target.describe(sibling.InstanceId)).State?.Name).toBe('running');
    expect((await target.describe(other.InstanceId)).State?.Name).not.toBe('running');
    await protect(a.InstanceId, false);
    expect(names((await terminate(a.InstanceId)).TerminatingInstances)).toEqual([['running', 'shutting-down']]);
  });
});

describe('reboot', () => {
  it('keeps state and address, and ignores terminated instances', async () => {
    const { InstanceId, PublicIpAddress } = await target.runningOne();
    await target.ec2.send(new RebootInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await target.describe(InstanceId)).toMatchObject({ State: { Name: 'running' }, PublicIpAddress });
    await terminate(InstanceId);
    await target.reaches(InstanceId, 'terminated');
    await target.ec2.send(new RebootInstancesCommand({ InstanceIds: [InstanceId] }));
    expect((await target.describe(InstanceId)).State?.Name).toBe('terminated');
  });
});

describe('a terminated instance', () => {
  it('is shown for a while, then InvalidInstanceID.NotFound', async () => {
    const { InstanceId } = await target.runningOne();
    await target.control('POST', 'time', { terminatedVisibleSeconds: 0.4 });
    await terminate(InstanceId);
    await target.reaches(InstanceId, 'terminated');
    const missing = async () => {
      for (;;) {
        const answer = await refusal(target.describe(InstanceId)).catch(() => undefined);
        if (answer) return answer.code;
      }
    };
    expect(await missing()).toBe('InvalidInstanceID.NotFound');
  });

  it('is shown for as long as one likes', async () => {
    const { InstanceId } = await target.runningOne();
    await target.control('POST', 'time', { terminatedVisibleSeconds: 1e9 });
    await terminate(InstanceId);
    await target.reaches(InstanceId, 'terminated');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await target.describe(InstanceId)).State?.Name).toBe('terminated');
  });
});
