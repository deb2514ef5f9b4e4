import { readdirSync, readFileSync } from 'node:fs';
import {
  RebootInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { bootMachine } from '../support/machine';
import { login } from '../support/ssh';
import { openTarget, type Target } from '../support/target';
import { until } from '../support/until';

/** Ways to get away from the one that started you. */
const ESCAPES = [
  'setsid sleep MARK >/dev/null 2>&1 </dev/null &',
  '(setsid sleep MARK >/dev/null 2>&1 </dev/null &) &',
  'setsid nohup env -i /bin/sleep MARK >/dev/null 2>&1 </dev/null &',
  `python3 -c 'import os
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
os.closerange(0, 64)
os.execve("/bin/sleep", ["sleep", "MARK"], {})'`,
];

/** Processes of the whole machine whose command line is `sleep MARK`. */
function sleepers(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2).join(' ').endsWith(`sleep ${mark}`);
      } catch {
        return false;
      }
    });
}

let marks = 0;
const newMark = () => {
  marks += 1;
  return `${process.pid}${marks}.77`;
};

describe.each(['namespace', 'subreaper'])('everything that an instance started (%s)', (mode) => {
  let target: Target;
  beforeAll(async () => {
    process.env.TRAINCTL_LOCALCLOUD_CONFINEMENT = mode;
    target = await openTarget();
    delete process.env.TRAINCTL_LOCALCLOUD_CONFINEMENT;
  });
  afterAll(() => target.close());

  const endings: Record<string, (id: string) => Promise<unknown>> = {
    terminate: (id) => target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
    stop: (id) => target.ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    reboot: (id) => target.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] })),
  };
  it.each(Object.keys(endings))('is gone after %s', async (ending) => {
    const machine = await bootMachine(target);
    const session = await machine.login();
    const mark = newMark();
    for (const command of ESCAPES) await session.run(command.replaceAll('MARK', mark));
    await until('the escapees', async () => sleepers(mark).length === ESCAPES.length);
    await endings[ending]?.(machine.id);
    await until('none', async () => sleepers(mark).length === 0);
    session.end();
  });
});

describe('where there are only process groups', () => {
  it('what stays in its group is gone with the instance, detached or not', async () => {
    process.env.TRAINCTL_LOCALCLOUD_CONFINEMENT = 'group';
    const target = await openTarget();
    delete process.env.TRAINCTL_LOCALCLOUD_CONFINEMENT;
    const machine = await bootMachine(target);
    const session = await machine.login();
    const mark = newMark();
    await session.run(`nohup sleep ${mark} >/dev/null 2>&1 &`);
    await until('the sleeper', async () => sleepers(mark).length === 1);
    await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [machine.id] }));
    await until('none', async () => sleepers(mark).length === 0);
    session.client.destroy();
    await target.close();
  });
});

describe('power', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  it('closing the cloud ends its hosts', async () => {
    const other = await openTarget();
    const machine = await bootMachine(other);
    const session = await machine.login();
    const mark = newMark();
    await session.run(`setsid sleep ${mark} >/dev/null 2>&1 &`);
    await until('the sleeper', async () => sleepers(mark).length === 1);
    await other.close();
    expect(sleepers(mark)).toEqual([]);
    session.client.destroy();
  });

  const OFF = ['poweroff', 'sudo -n shutdown -h now', 'env -i /sbin/poweroff', 'sudo systemctl poweroff', 'halt'];
  const behaviours: [command: string, input: Partial<RunInstancesCommandInput>, state: string][] = OFF.map(
    (command, index) => [
      command,
      { InstanceInitiatedShutdownBehavior: index % 2 === 0 ? 'terminate' : 'stop' },
      index % 2 === 0 ? 'terminated' : 'stopped',
    ],
  );
  it.each(behaviours.filter(([command]) => !command.startsWith('env') || process.getuid?.() === 0))(
    '%s on a host acts on that instance alone',
    async (command, input, state) => {
      const neighbour = await bootMachine(target);
      const machine = await bootMachine(target, {}, input);
      const session = await machine.login();
      // Should the real program ever be in reach, the test must fail, not the machine.
      const covered = await session.run(
        'for p in /sbin/poweroff /sbin/shutdown; do [ ! -e $p ] || cmp $p "$(command -v sudo)" || exit 1; done',
      );
      if (process.getuid?.() === 0) expect(covered.code).toBe(0);
      await session.run(command).catch(() => undefined);
      const gone = await target.reaches(machine.id, state);
      expect(gone.StateReason).toEqual({
        Code: 'Client.InstanceInitiatedShutdown',
        Message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
      });
      expect(gone.StateTransitionReason).toBe('');
      expect((await target.describe(neighbour.id)).State?.Name).toBe('running');
      session.client.destroy();
    },
  );

  it('protection does not stop an OS shutdown, and a spot instance is terminated by it', async () => {
    const machine = await bootMachine(
      target,
      {},
      { DisableApiTermination: true, InstanceMarketOptions: { MarketType: 'spot' } },
    );
    const session = await machine.login();
    await session.run('poweroff').catch(() => undefined);
    expect((await target.reaches(machine.id, 'terminated')).StateReason?.Code).toBe('Client.InstanceInitiatedShutdown');
    session.client.destroy();
  });

  it('there is no systemd', async () => {
    const session = await (await bootMachine(target)).login();
    const { code, stderr } = await session.run('systemctl status ssh; systemd-run true');
    expect(code).toBe(1);
    expect(stderr).toContain('System has not been booted with systemd');
    expect((await session.run('test -d /run/systemd/system && ls /run/systemd/system')).stdout.toString()).toBe('');
    session.end();
  });

  it('sudo runs the rest, with the variables before it', async () => {
    const session = await (await bootMachine(target)).login();
    expect(await session.text('sudo -n -u root A=1 sh -c "echo got \\$A; exit"')).toBe('got 1');
    expect((await session.run('sudo -E -- sh -c "exit 4"')).code).toBe(4);
    session.end();
  });

  it('stop and start: the home stays, processes do not, the address is a new one', async () => {
    const machine = await bootMachine(target);
    const session = await machine.login();
    await session.run('echo kept > note');
    await target.ec2.send(new StopInstancesCommand({ InstanceIds: [machine.id] }));
    await target.reaches(machine.id, 'stopped');
    await expect(login(machine.address, machine.key)).rejects.toThrow();
    await target.ec2.send(new StartInstancesCommand({ InstanceIds: [machine.id] }));
    const { PublicIpAddress: address = '' } = await target.reaches(machine.id, 'running');
    expect(address).not.toBe(machine.address);
    const again = await until('a log-in', () => login(address, machine.key).catch(() => undefined));
    expect(await again.text('cat note')).toBe('kept');
    expect(again.hostKey).toBe(session.hostKey);
    again.end();
    session.client.destroy();
  });
});
