import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { cloudConfig, fingerprint, login, newKey } from '../support/ssh';
import { openTarget, type Target } from '../support/target';
import { until } from '../support/until';

let target: Target;
beforeAll(async () => {
  target = await openTarget({ ownAddresses: false });
});
afterAll(() => target.close());

it('where only 127.0.0.1 is up, each instance says its own port in a tag, and keeps it over a stop', async () => {
  const machines = await Promise.all(
    [1, 2].map(async () => {
      const [host, key] = [newKey(), newKey()];
      const UserData = Buffer.from(cloudConfig(host, key)).toString('base64');
      const instance = await target.runningOne({ UserData });
      const port = Number(instance.Tags?.find((tag) => tag.Key === 'trainctl:ssh-port')?.Value);
      return { id: instance.InstanceId, address: instance.PublicIpAddress ?? '', port, host, key };
    }),
  );
  expect(machines.map((machine) => machine.address)).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(new Set(machines.map((machine) => machine.port)).size).toBe(2);
  for (const { address, port, host, key } of machines) {
    const session = await until('a log-in', () => login(address, key, {}, port).catch(() => undefined));
    expect(session.hostKey).toBe(fingerprint(host.public));
    session.end();
  }
  const [first] = machines;
  if (!first) throw new Error('no machine');
  await target.ec2.send(new StopInstancesCommand({ InstanceIds: [first.id] }));
  await target.reaches(first.id, 'stopped');
  await target.ec2.send(new StartInstancesCommand({ InstanceIds: [first.id] }));
  const { PublicIpAddress } = await target.reaches(first.id, 'running');
  expect(PublicIpAddress).toBe('127.0.0.1');
  const again = await until('a log-in', () => login(first.address, first.key, {}, first.port).catch(() => undefined));
  again.end();
});
