import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { bootMachine, type Machine } from '../support/machine';
import { SSH_SERVERS } from '../support/openssh';
import { collect, fingerprint, type Login, login, newKey } from '../support/ssh';
import { openTarget, type Target } from '../support/target';
import { until } from '../support/until';

describe.each(SSH_SERVERS)('%s', (_, sshServer, runs) =>
  runs('hosts', () => {
    let target: Target;
    let machine: Machine;
    let session: Login;
    beforeAll(async () => {
      process.env.AWS_SECRET_ACCESS_KEY_OF_A_TEST = 'must not be seen';
      target = await openTarget({ sshServer });
      machine = await bootMachine(target);
      session = await machine.login();
    });
    afterAll(async () => {
      delete process.env.AWS_SECRET_ACCESS_KEY_OF_A_TEST;
      session.end();
      await target.close();
    });

    describe('commands', () => {
      it('have stdout, stderr and an exit code', async () => {
        const { code, stdout, stderr } = await session.run('echo out; echo err >&2; exit 7');
        expect([code, stdout.toString(), stderr]).toEqual([7, 'out\n', 'err\n']);
        expect((await session.run('true')).code).toBe(0);
        expect((await session.run('no-such-command')).code).toBe(127);
      });

      it('carry 20 MB each way, byte for byte', async () => {
        const data = randomBytes(20 * 1024 * 1024);
        const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
        const back = await session.run('cat', data);
        expect(back.stdout.length).toBe(data.length);
        expect(hash(back.stdout)).toBe(hash(data));
        expect((await session.run('sha256sum', data)).stdout.toString()).toContain(hash(data));
      });

      it('that end by a signal say which', async () => {
        expect(await session.run('kill -KILL $$')).toMatchObject({ code: null, signal: 'SIGKILL' });
      });

      it('are signalled by the client, and may handle it', async () => {
        const channel = await session.open("trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        const outcome = collect(channel);
        await new Promise((resolve) => channel.once('data', resolve));
        channel.signal('TERM');
        expect(await outcome).toMatchObject({ code: 3, stdout: Buffer.from('ready\ncaught\n') });
      });

      it('are signalled also when their stdin has ended', async () => {
        const channel = await session.open(
          "trap 'echo caught; exit 3' TERM; cat; echo ready; while :; do sleep 0.05; done",
        );
        const outcome = collect(channel);
        channel.end();
        await new Promise((resolve) => channel.once('data', resolve));
        // As OpenSSH's client does; ssh2's refuses to send once its side has ended.
        const open = { ...(channel as unknown as { outgoing: object }).outgoing, state: 'open' };
        const asOpen = Object.create(channel, { writable: { value: true }, outgoing: { value: open } });
        (asOpen as typeof channel).signal('TERM');
        expect(await outcome).toMatchObject({ code: 3, stdout: Buffer.from('ready\ncaught\n') });
      });

      it('close the channel when nobody holds its output, not when they exit', async () => {
        const begun = performance.now();
        const channel = await session.open('sleep 0.5 & sleep 0.1; echo hi');
        const seen: string[] = [];
        channel.once('exit', () => seen.push('exit'));
        channel.once('close', () => seen.push('close'));
        await collect(channel);
        expect(seen).toEqual(['exit', 'close']);
        expect(performance.now() - begun).toBeGreaterThan(350);
      });

      it('go on when the client vanishes', async () => {
        const other = await machine.login();
        const channel = await other.open('echo runs; sleep 0.3; echo done > went-on');
        channel.on('error', () => undefined);
        // The answer to exec does not say that the shell runs: cut before, sshd would never start it.
        await new Promise((resolve) => channel.once('data', resolve));
        other.client.destroy();
        await until('the file', async () => (await session.run('test -f went-on')).code === 0);
      });

      it('run side by side', async () => {
        const all = await Promise.all(Array.from({ length: 8 }, (_, n) => session.text(`sleep 0.1; echo ${n}`)));
        expect(all).toEqual(Array.from({ length: 8 }, (_, n) => String(n)));
      });

      it('are children of one process of the host: nothing else is started for each', async () => {
        const parents = [await session.text('echo $PPID'), await session.text('echo $PPID')];
        expect(parents[0]).toMatch(/^\d+$/);
        expect(parents[1]).toBe(parents[0]);
      });
    });

    describe('their environment', () => {
      it('has a home of its own, the metadata service, and nothing of ours', async () => {
        const environment = Object.fromEntries(
          (await session.text('env')).split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)),
        );
        expect(environment).toMatchObject({ USER: 'ubuntu', LOGNAME: 'ubuntu', SHELL: '/bin/bash' });
        expect(environment.HOME).toBe(path.join(environment.TRAINCTL_HOST_ROOT, 'home/ubuntu'));
        expect(environment.AWS_EC2_METADATA_SERVICE_ENDPOINT).toMatch(/^http:\/\/127\./);
        expect(environment.SSH_CONNECTION).toContain(machine.address);
        expect(Object.values(environment)).not.toContain('must not be seen');
        expect(
          Object.keys(environment).filter((name) => /^(AWS_(?!EC2_META)|TEMPORAL_|NODE_|JEST_)/.test(name)),
        ).toEqual([]);
        expect(await session.text('pwd')).toBe(environment.HOME);
      });

      it('sees no process but its own', async () => {
        const seen = await session.text('ps -axo args=');
        expect(seen.split('\n').length).toBeLessThan(10);
        expect(seen).not.toContain('jest');
      });
    });

    describe('a terminal', () => {
      it('is one, with its size', async () => {
        const channel = await session.open('test -t 0 && test -t 1 && stty size && echo $TERM', true);
        const { code, stdout } = await collect(channel);
        expect(stdout.toString()).toBe('24 80\r\nvt100\r\n');
        expect(code).toBe(0);
      });

      it('reads what is typed', async () => {
        const channel = await session.open('read line; echo "got $line"; exit 5', true);
        const outcome = collect(channel);
        channel.write('hello\r');
        expect(await outcome).toMatchObject({ code: 5, stdout: Buffer.from('hello\r\ngot hello\r\n') });
      });
    });

    describe('log-in', () => {
      it('proves the host key of the cloud-config', () => {
        expect(session.hostKey).toBe(fingerprint(machine.host.public));
      });

      it('refuses other keys, other users and passwords', async () => {
        await expect(login(machine.address, newKey())).rejects.toThrow(/authentication/i);
        await expect(login(machine.address, machine.key, { username: 'root' })).rejects.toThrow(/authentication/i);
        const { privateKey: _, ...password } = { privateKey: '', password: 'x', authHandler: ['password' as const] };
        await expect(login(machine.address, machine.key, password)).rejects.toThrow(/authentication/i);
      });

      it('has an address of its own', () => {
        expect(machine.address).toMatch(/^127\.\d+\.\d+\.\d+$/);
        expect(machine.address).not.toBe('127.0.0.1');
      });
    });

    describe('forwarding', () => {
      it('reaches a port of the host', async () => {
        const server = createServer((_, response) => response.end('through the tunnel'));
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const bound = server.address();
        const port = typeof bound === 'object' && bound ? bound.port : 0;
        const answer = await new Promise<string>((resolve, reject) =>
          session.client.forwardOut('127.0.0.1', 0, 'localhost', port, (error, channel) => {
            if (error) return reject(error);
            let text = '';
            channel.on('data', (data: Buffer) => {
              text += data.toString();
            });
            channel.on('close', () => resolve(text));
            channel.end('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
            return undefined;
          }),
        );
        expect(answer).toContain('through the tunnel');
        await new Promise((resolve) => server.close(resolve));
        const refused = new Promise((resolve) =>
          session.client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error) => resolve(error)),
        );
        expect(await refused).toBeInstanceOf(Error);
      });
    });

    describe('sftp', () => {
      it('puts, gets, lists, renames and removes', async () => {
        const sftp = await new Promise<import('ssh2').SFTPWrapper>((resolve, reject) =>
          session.client.sftp((error, wrapper) => (error ? reject(error) : resolve(wrapper))),
        );
        const call = <T>(work: (done: (error: Error | undefined | null, result?: T) => void) => void) =>
          new Promise<T | undefined>((resolve, reject) =>
            work((error, result) => (error ? reject(error) : resolve(result))),
          );
        const data = randomBytes(3 * 1024 * 1024);
        await call((done) => sftp.mkdir('folder', done));
        await call((done) => sftp.writeFile('folder/file', data, { mode: 0o640 }, done));
        const back = await call<Buffer>((done) => sftp.readFile('folder/file', done));
        expect(back?.equals(data)).toBe(true);
        const stats = await call<import('ssh2').Stats>((done) => sftp.stat('folder/file', done));
        expect([stats?.size, (stats?.mode ?? 0) & 0o777]).toEqual([data.length, 0o640]);
        await call((done) => sftp.rename('folder/file', 'folder/renamed', done));
        const names = await call<{ filename: string }[]>((done) => sftp.readdir('folder', done));
        expect(names?.map((entry) => entry.filename)).toEqual(['renamed']);
        await call((done) => sftp.unlink('folder/renamed', done));
        await call((done) => sftp.rmdir('folder', done));
        await expect(call((done) => sftp.stat('folder', done))).rejects.toMatchObject({ code: 2 });
        expect(await call<string>((done) => sftp.realpath('.', done))).toBe(await session.text('pwd'));
      });
    });

    describe('keepalive', () => {
      it('is answered', async () => {
        let answers = 0;
        const debug = (line: string) => {
          if (/^Inbound: .*REQUEST_(SUCCESS|FAILURE)$/.test(line)) answers += 1;
        };
        // So many may be late on a busy machine.
        const often = { keepaliveInterval: 30, keepaliveCountMax: 1000 };
        const alive = await login(machine.address, machine.key, { ...often, debug });
        await until('answers', async () => answers > 2);
        expect(await alive.text('echo here')).toBe('here');
        alive.end();
      });
    });

    describe('the folder', () => {
      it('is deleted with the instance', async () => {
        const other = await bootMachine(target);
        const { home } = (await target.control('GET', `instances/${other.id}`)).json;
        expect(existsSync(home)).toBe(true);
        await target.control('POST', `instances/${other.id}/kill`, {});
        await target.reaches(other.id, 'terminated');
        await until('the folder to be gone', async () => !existsSync(home));
      });
    });
  }),
);
