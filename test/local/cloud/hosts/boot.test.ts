import { gzipSync } from 'node:zlib';
import { RebootInstancesCommand } from '@aws-sdk/client-ec2';
import { bootMachine } from '../support/machine';
import { fingerprint, login, newKey } from '../support/ssh';
import { openTarget, type Target } from '../support/target';
import { until } from '../support/until';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const bootLog = async (id: string) => String((await target.control('GET', `instances/${id}`)).json.bootLog);
const finished = (id: string, boots = 1) =>
  until('the boot to finish', async () => {
    const log = await bootLog(id);
    return log.split('Cloud-init finished').length > boots && log;
  });
const launch = async (userData: string | Buffer) =>
  target.runningOne({ UserData: Buffer.from(userData).toString('base64') });

describe('cloud-config', () => {
  it('runs bootcmd before write_files, runcmd after; both in order', async () => {
    const machine = await bootMachine(target, {
      bootcmd: [
        'test -e "$TRAINCTL_HOST_ROOT"/etc/made && echo too-late || echo boot-1',
        ['echo', "boot 2, it's quoted"],
      ],
      write_files: [{ path: '/etc/made', content: 'x' }],
      runcmd: ['cat "$TRAINCTL_HOST_ROOT"/etc/made && echo run-1', ['echo', 'run-2']],
    });
    const lines = (await machine.bootLog()).split('\n');
    expect(lines.slice(1, -2)).toEqual(['boot-1', "boot 2, it's quoted", 'xrun-1', 'run-2']);
  });

  it('writes files below the host root, with their mode and encoding; none gets out of it', async () => {
    const machine = await bootMachine(target, {
      write_files: [
        {
          path: '/opt/tool.sh',
          content: '#!/bin/sh\necho tool ran with $1\n',
          permissions: '0755',
          owner: 'root:root',
        },
        { path: '/etc/binary', encoding: 'b64', content: Buffer.from([0, 255, 10]).toString('base64') },
        { path: '/etc/zipped', encoding: 'gz+b64', content: gzipSync('unzipped').toString('base64') },
        { path: '/../../../../escape', content: 'in' },
      ],
      runcmd: ['/opt/tool.sh a', ['/opt/tool.sh', 'b'], 'echo see /opt/tool.shell'],
    });
    const log = await machine.bootLog();
    expect(log).toContain('tool ran with a\ntool ran with b\n');
    expect(log).toContain('see /opt/tool.shell\n');
    const session = await machine.login();
    expect(await session.text('stat -c %a $TRAINCTL_HOST_ROOT/opt/tool.sh')).toBe('755');
    expect((await session.run('cat $TRAINCTL_HOST_ROOT/etc/binary')).stdout).toEqual(Buffer.from([0, 255, 10]));
    expect(await session.text('cat $TRAINCTL_HOST_ROOT/etc/zipped $TRAINCTL_HOST_ROOT/escape')).toBe('unzippedin');
    session.end();
  });

  it('a reboot runs bootcmd again and nothing else; keys and files stay', async () => {
    const machine = await bootMachine(target, { bootcmd: ['echo every boot'], runcmd: ['echo first boot only'] });
    await target.ec2.send(new RebootInstancesCommand({ InstanceIds: [machine.id] }));
    const log = await finished(machine.id, 2);
    expect(log.split('every boot').length - 1).toBe(2);
    expect(log.split('first boot only').length - 1).toBe(1);
    const session = await machine.login();
    expect(session.hostKey).toBe(fingerprint(machine.host.public));
    session.end();
  });

  it('what bootcmd leaves behind goes on after it, and dies with the instance', async () => {
    const machine = await bootMachine(target, {
      bootcmd: ['(while :; do echo tick >> "$HOME/ticks"; sleep 0.02; done) &'],
    });
    const session = await machine.login();
    const ticks = async () => Number(await session.text('wc -l < ticks'));
    const before = await ticks();
    await until('more ticks', async () => (await ticks()) > before + 2);
    session.end();
  });

  it('a command that fails is told, and the boot goes on', async () => {
    const machine = await bootMachine(target, { bootcmd: ['exit 3'], runcmd: ['echo still here; exit 4'] });
    const log = await machine.bootLog();
    expect(log).toContain('[WARNING]: Failed to run bootcmd: exit code 3');
    expect(log).toContain('still here');
    expect(log).toContain('[WARNING]: Failed to run runcmd: exit code 4');
  });

  it('what it does not know is told; broken YAML boots a host without log-ins', async () => {
    const odd = await launch('#cloud-config\npackages: [htop]\nconstructor: 1\n');
    const log = await finished(odd.InstanceId);
    expect(log).toContain('packages: this cloud-config module does not exist on local hosts');
    expect(log).toContain('constructor: this cloud-config module');
    const broken = await launch('#cloud-config\nruncmd: [\n');
    expect(await finished(broken.InstanceId)).toContain('Failed loading yaml blob');
    await expect(login(broken.PublicIpAddress ?? '', newKey())).rejects.toThrow(/authentication/i);
  });

  it('until it has set the keys, the host proves another key and lets nobody in', async () => {
    const [host, key] = [newKey(), newKey()];
    const config = {
      ssh_keys: { ed25519_private: host.private, ed25519_public: host.public },
      ssh_authorized_keys: [`no-pty ${key.public} someone@somewhere`],
      bootcmd: ['while [ ! -e "$TRAINCTL_HOST_ROOT/tmp/go" ]; do sleep 0.02; done'],
    };
    const { InstanceId, PublicIpAddress = '' } = await launch(`#cloud-config\n${JSON.stringify(config)}`);
    let early = '';
    const attempt = () =>
      login(PublicIpAddress, key, {
        hostVerifier: (hash: string) => {
          early = hash;
          return true;
        },
      }).then(
        () => 'logged in',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    // Before its SSH server is up it refuses connections.
    const answer = await until('an answer', async () => {
      const said = await attempt();
      return !said.includes('ECONNRE') && said;
    });
    expect(answer).toMatch(/authentication/i);
    expect(early).toMatch(/^[0-9a-f]{64}$/);
    expect(early).not.toBe(fingerprint(host.public));
    const { home } = (await target.control('GET', `instances/${InstanceId}`)).json;
    const { writeFile } = await import('node:fs/promises');
    await writeFile(String(home).replace('/home/ubuntu', '/tmp/go'), '');
    await finished(InstanceId);
    const session = await login(PublicIpAddress, key);
    expect(session.hostKey).toBe(fingerprint(host.public));
    session.end();
  });
});

describe('other user data', () => {
  it('a script runs, once; gzipped as well', async () => {
    const { InstanceId } = await launch(gzipSync('#!/bin/bash\necho "script in $BASH_VERSION"\n'));
    expect(await finished(InstanceId)).toMatch(/script in \d/);
    await target.ec2.send(new RebootInstancesCommand({ InstanceIds: [InstanceId] }));
    expect((await finished(InstanceId, 2)).split('script in').length - 1).toBe(1);
  });

  it('anything else is ignored with a warning', async () => {
    const { InstanceId } = await launch('hello');
    expect(await finished(InstanceId)).toContain('Unhandled non-multipart');
  });
});
