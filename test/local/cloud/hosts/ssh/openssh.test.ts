import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { RebootInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { findSshd } from '../../../../../local/cloud/hosts/ssh/openssh/program';
import { bootMachine } from '../../support/machine';
import { whereOpenSsh } from '../../support/openssh';
import { cloudConfig, fingerprint, type Login, login, newKey } from '../../support/ssh';
import { openTarget, type Target } from '../../support/target';
import { until } from '../../support/until';

// What hosts with either server do is in ../exec.test.ts; this is what OpenSSH's could get wrong.
whereOpenSsh('OpenSSH on a host', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget({ sshServer: 'openssh' });
  });
  afterAll(() => target.close());

  it('is what answers, with a configuration and accounts of its own', async () => {
    const machine = await bootMachine(target);
    const session = await machine.login();
    const sshd = await session.text('ps -axww -o args= | grep "[s]shd"');
    expect(sshd).toMatch(/sshd/);
    expect((await target.control('GET', `instances/${machine.id}`)).json.processes.join('\n')).toMatch(/sshd/);
    expect(await session.text('id -un; id -u; echo ~ubuntu; cut -d: -f1 /etc/passwd | xargs')).toBe(
      `ubuntu\n1000\n${await session.text('echo $HOME')}\nroot ubuntu nobody`,
    );
    // bash below sshd reads ~/.bashrc, of this home and no other.
    await session.run('echo "echo from the bashrc" > .bashrc');
    expect(await session.text('true')).toBe('from the bashrc');
    // A key of the machine's user, or one that the host's own user adds, lets nobody in.
    const added = newKey();
    await session.run(`mkdir -m 700 .ssh; echo '${added.public}' > .ssh/authorized_keys`);
    await expect(login(machine.address, added)).rejects.toThrow(/authentication/i);
    session.end();
  });

  it('proves a random key and lets nobody in until cloud-init has set the keys', async () => {
    const [host, key] = [newKey(), newKey()];
    const config = { bootcmd: ['while [ ! -e "$TRAINCTL_HOST_ROOT/tmp/go" ]; do sleep 0.02; done'] };
    const UserData = Buffer.from(cloudConfig(host, key, config)).toString('base64');
    const { InstanceId: id, PublicIpAddress: address = '' } = await target.runningOne({ UserData });
    let proved = '';
    const hostVerifier = (hash: string) => {
      proved = hash;
      return true;
    };
    const refused = await until('an answer', () =>
      login(address, key, { hostVerifier }).then(
        () => 'logged in',
        (error: Error) => !error.message.includes('ECONNRE') && error.message,
      ),
    );
    expect(refused).toMatch(/authentication/i);
    expect(proved).toMatch(/^[0-9a-f]{64}$/);
    expect(proved).not.toBe(fingerprint(host.public));
    const { home } = (await target.control('GET', `instances/${id}`)).json;
    writeFileSync(path.join(String(home), '../../tmp/go'), '');
    const session = await until('a log-in', () => login(address, key).catch(() => undefined));
    expect(session.hostKey).toBe(fingerprint(host.public));
    session.end();
  });

  it('a partition cuts connections and answers nobody; commands go on; healed, it answers again', async () => {
    const machine = await bootMachine(target);
    const session = await machine.login();
    const channel = await session.open('while :; do echo tick >> ticks; sleep 0.02; done');
    const closed = new Promise((resolve) => session.client.once('close', () => resolve(undefined)));
    channel.on('error', () => undefined);
    // The answer to exec does not say that the shell runs: cut before, sshd would never start it.
    await until('a first tick', async () => (await session.text('[ ! -s ticks ] || echo ticks')) !== '');
    await target.control('POST', `instances/${machine.id}/partition`, {});
    await closed;
    await expect(login(machine.address, machine.key, { readyTimeout: 300 })).rejects.toThrow(/timed out/i);
    await target.control('POST', `instances/${machine.id}/heal`, {});
    const again = await machine.login();
    const ticks = async () => Number(await again.text('wc -l < ticks'));
    const before = await ticks();
    await until('more ticks', async () => (await ticks()) > before);
    again.end();
  });

  it('ends with its instance, connections too; after a reboot it is there again', async () => {
    const machine = await bootMachine(target);
    const [first, closed] = await loggedIn(machine.login);
    await target.ec2.send(new RebootInstancesCommand({ InstanceIds: [machine.id] }));
    await closed;
    first.client.destroy();
    const [, gone] = await until('a log-in', () => loggedIn(machine.login).catch(() => undefined));
    await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [machine.id] }));
    await gone;
    await expect(machine.login()).rejects.toThrow();
  });

  it('keeps its hands off values that its configuration could not hold', async () => {
    process.env.PIP_INDEX_OF_A_TEST = 'a "quoted" \\ # value';
    const machine = await bootMachine(target);
    const session = await machine.login();
    delete process.env.PIP_INDEX_OF_A_TEST;
    expect(await session.text('echo "$PIP_INDEX_OF_A_TEST"')).toBe('a "quoted" \\ # value');
    session.end();
  });
});

async function loggedIn(logIn: () => Promise<Login>): Promise<[Login, Promise<void>]> {
  const session = await logIn();
  return [session, new Promise((resolve) => session.client.once('close', () => resolve()))];
}

describe('a machine that cannot have it', () => {
  const namespace = { mode: 'namespace', prefix: ['unshare'], python: '' } as const;
  it.each([
    ['without sshd', () => findSshd({ ...namespace, prefix: [] }, 'openssh', '/nowhere'), /install openssh-server/],
    [
      'without namespaces',
      () => findSshd({ ...namespace, mode: 'group', prefix: [] }, 'openssh'),
      /namespaces|install/,
    ],
    [
      'and a name that nobody knows',
      () => findSshd({ ...namespace, prefix: [] }, 'dropbear'),
      /ssh2 .*, openssh or netns/,
    ],
  ])('%s refuses, and says what to do', (_, find, words) => {
    expect(find).toThrow(words);
  });

  it('is fine with the default', () => {
    expect(findSshd({ ...namespace, prefix: [] }, '')).toBeUndefined();
    expect(findSshd({ ...namespace, prefix: [] }, 'ssh2')).toBeUndefined();
  });
});
