import { randomUUID } from 'node:crypto';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, refusal, type Target } from '../support/target';

const { describe, it } = suite('ec2 › client-token');

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const token = () => `t-${randomUUID()}`;
const MISMATCH = {
  code: 'IdempotentParameterMismatch',
  message: 'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
};

describe('a repeated token', () => {
  it('with the same parameters gives the same instance in its present state', async () => {
    const ClientToken = token();
    const first = await target.runOne({ ClientToken });
    expect(first.ClientToken).toBe(ClientToken);
    await target.reaches(first.InstanceId, 'running');
    const again = await target.runOne({ ClientToken });
    expect(again).toMatchObject({ InstanceId: first.InstanceId, State: { Name: 'running' } });
  });

  it('sent many times at once gives one instance', async () => {
    const ClientToken = token();
    const all = await Promise.all(Array.from({ length: 8 }, () => target.runOne({ ClientToken })));
    expect(new Set(all.map((instance) => instance.InstanceId)).size).toBe(1);
  });

  it('with other parameters is IdempotentParameterMismatch', async () => {
    const ClientToken = token();
    await target.runOne({ ClientToken });
    expect(await refusal(target.run({ ClientToken, InstanceType: 't3.small' }))).toMatchObject(MISMATCH);
    expect(await refusal(target.run({ ClientToken, UserData: 'eA==' }))).toMatchObject(MISMATCH);
    expect(
      await refusal(
        target.run({
          ClientToken,
          TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
        }),
      ),
    ).toMatchObject(MISMATCH);
  });

  it('is case-sensitive', async () => {
    const ClientToken = `case-${randomUUID()}`;
    const first = await target.runOne({ ClientToken });
    const other = await target.runOne({ ClientToken: ClientToken.toUpperCase() });
    expect(other.InstanceId).not.toBe(first.InstanceId);
  });

  it('is scoped to the zone that a request names', async () => {
    const ClientToken = token();
    const a = await target.runOne({ ClientToken, Placement: { AvailabilityZone: 'us-east-1a' } });
    const b = await target.runOne({ ClientToken, Placement: { AvailabilityZone: 'us-east-1b' } });
    const regional = await target.runOne({ ClientToken });
    expect(new Set([a, b, regional].map((instance) => instance.InstanceId)).size).toBe(3);
    const again = await target.runOne({ ClientToken, Placement: { AvailabilityZone: 'us-east-1b' } });
    expect(again.InstanceId).toBe(b.InstanceId);
  });

  it('of a terminated instance is IdempotentInstanceTerminated, while shutting down still the instance', async () => {
    const ClientToken = token();
    const { InstanceId } = await target.runningOne({ ClientToken });
    await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await target.runOne({ ClientToken })).toMatchObject({ InstanceId, State: { Name: 'shutting-down' } });
    await target.reaches(InstanceId, 'terminated');
    expect(await refusal(target.run({ ClientToken }))).toMatchObject({
      code: 'IdempotentInstanceTerminated',
      message:
        'The client token you have provided is associated with a terminated instance. Please use a different client token.',
    });
  });

  it('longer than 64 characters is refused', async () => {
    expect((await refusal(target.run({ ClientToken: 'x'.repeat(65) }))).code).toMatch(/^InvalidParameter/);
  });

  it('a dry run binds nothing', async () => {
    const ClientToken = token();
    expect((await refusal(target.run({ ClientToken, DryRun: true }))).code).toBe('DryRunOperation');
    await expect(target.runOne({ ClientToken, InstanceType: 't3.small' })).resolves.toBeDefined();
  });
});

describe('a launch refused for capacity', () => {
  it('keeps its token bound: the same parameters may try again, others may not', async () => {
    const ClientToken = token();
    await target.control('POST', 'faults', { kind: 'no-capacity', times: 3 });
    expect(await refusal(target.run({ ClientToken }))).toMatchObject({
      code: 'InsufficientInstanceCapacity',
      status: 500,
    });
    expect(await refusal(target.run({ ClientToken, InstanceType: 't3.small' }))).toMatchObject(MISMATCH);
    const launched = await target.runOne({ ClientToken });
    expect(launched.State?.Name).toBe('pending');
  });
});
