import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { armDeadman } from '../../../../adapters/ssh/boot/deadman';
import { agentPath } from '../../../../contract';
import { until } from '../support/host';

const AGENT = agentPath('0123456789abcdef'.repeat(4));

/** Boots the script in a folder, with a stand-in for shutdown; ends what it started. */
function machine() {
  const root = mkdtempSync(path.join(tmpdir(), 'trainctl-boot-'));
  const shims = path.join(root, 'shims');
  const pids = path.join(root, 'pids');
  mkdirSync(shims);
  const shim = (name: string, body: string): void => {
    writeFileSync(path.join(shims, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(shims, name), 0o755);
  };
  shim('shutdown', `echo "$@" >> '${root}/shutdown'`);
  // Written down, so that the loop can be ended with the test.
  shim('setsid', `echo $$ >> '${pids}'\nexec "$@"`);
  const env = { ...process.env, PATH: `${shims}:${process.env.PATH}`, TRAINCTL_HOST_ROOT: root };
  const lease = path.join(root, 'var/lib/trainctl/lease');
  let armed = 0;
  const started = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []);
  return {
    root,
    shim,
    lease,
    env,
    arm: (leaseSeconds: number, hostDeadline: number, graceSeconds = 0): number => {
      const before = Math.floor(Date.now() / 1000);
      const done = spawnSync('sh', ['-c', armDeadman(leaseSeconds, hostDeadline, graceSeconds)], {
        env,
        encoding: 'utf8',
      });
      expect(done.stderr).toBe('');
      expect(done.status).toBe(0);
      armed += 1;
      return before;
    },
    leaseNow: () => Number(readFileSync(lease, 'utf8')),
    off: () => existsSync(path.join(root, 'shutdown')),
    close: async () => {
      // The loop starts in the background, and may do so only now.
      await until('every loop', () => started().length === armed);
      for (const pid of started()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Ended already.
        }
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}

let host: ReturnType<typeof machine>;
beforeEach(() => {
  host = machine();
});
afterEach(() => host.close());

const FAR = 4_000_000_000;

test('the first lease runs from boot, and ends no later than the deadline', () => {
  const before = host.arm(1800, FAR);
  expect(host.leaseNow() - before - 1800).toBeLessThanOrEqual(2);
  expect(host.leaseNow()).toBeGreaterThanOrEqual(before + 1800);
  // The login user renames its leases into this folder.
  expect(statSync(path.dirname(host.lease)).mode & 0o777).toBe(0o777);
  rmSync(host.lease);
  host.arm(1800, before + 60);
  expect(host.leaseNow()).toBe(before + 60);
});

test('a reboot keeps the lease that is on disk', () => {
  host.arm(1800, FAR);
  writeFileSync(host.lease, '3000000000\n');
  host.arm(1800, FAR);
  expect(host.leaseNow()).toBe(3_000_000_000);
});

test('a lease that nobody renews ends the machine, once no agent works', async () => {
  host.arm(0, FAR);
  await until('shutdown was called', host.off, 6);
  expect(readFileSync(path.join(host.root, 'shutdown'), 'utf8')).toBe('-h now\n');
});

test('a renewed lease keeps it up; a broken or missing one counts as the first', async () => {
  host.arm(4, FAR);
  writeFileSync(host.lease, `${Math.floor(Date.now() / 1000) + 3600}`);
  await new Promise((resolve) => setTimeout(resolve, 6500));
  expect(host.off()).toBe(false);
  writeFileSync(host.lease, '99999999999999999999999');
  await until('shutdown was called', host.off, 6);
}, 20_000);

test('an agent at work is left its reserve; that of another host is no excuse', async () => {
  const folder = path.join(host.root, 'trainctl');
  mkdirSync(folder);
  const file = path.join(host.root, AGENT);
  writeFileSync(file, 'import time\ntime.sleep(600)\n');
  const own = spawn('python3', [AGENT], { cwd: host.root, env: host.env });
  const otherEnv = { ...host.env, TRAINCTL_HOST_ROOT: '/somewhere/else' };
  const other = spawn('python3', [AGENT], { cwd: host.root, env: otherEnv });
  try {
    host.arm(0, FAR);
    await new Promise((resolve) => setTimeout(resolve, 4500));
    expect(host.off()).toBe(false);
    const ended = new Promise((resolve) => own.on('exit', resolve));
    own.kill('SIGKILL');
    await ended;
    await until('shutdown was called', host.off, 6);
  } finally {
    own.kill('SIGKILL');
    other.kill('SIGKILL');
  }
}, 20_000);

test('waits for the grace and for uploads that move, as long as it must and no longer', async () => {
  const folder = path.join(host.root, 'trainctl');
  mkdirSync(folder);
  writeFileSync(path.join(host.root, AGENT), 'import time\ntime.sleep(600)\n');
  const agent = spawn('python3', [AGENT], { cwd: host.root, env: host.env });
  // The machine's clock is the test's, and each look at it is counted.
  const clock = path.join(host.root, 'clock');
  host.shim('date', `echo x >> '${host.root}/looks'; cat '${clock}'`);
  const at = async (seconds: number): Promise<boolean> => {
    writeFileSync(clock, `${seconds}\n`);
    const looks = (): number => readFileSync(path.join(host.root, 'looks'), 'utf8').length;
    const before = existsSync(path.join(host.root, 'looks')) ? looks() : 0;
    await until('two more looks at the clock', () => looks() >= before + 4, 8);
    return host.off();
  };
  try {
    writeFileSync(clock, '1000000\n');
    host.arm(0, FAR, 100);
    expect(await at(1_000_155)).toBe(false);
    writeFileSync(path.join(path.dirname(host.lease), 'busy'), '1000200\n');
    expect(await at(1_000_195)).toBe(false);
    // Whatever the file says, there is an end.
    writeFileSync(path.join(path.dirname(host.lease), 'busy'), '3000000000\n');
    expect(await at(1_000_990)).toBe(false);
    writeFileSync(clock, '1001001\n');
    await until('shutdown was called', host.off, 6);
  } finally {
    agent.kill('SIGKILL');
  }
}, 40_000);

test('where shutdown is not a stand-in, a local host never calls it', async () => {
  rmSync(path.join(host.root, 'shims', 'shutdown'));
  mkdirSync(path.join(host.root, 'usr'));
  host.arm(0, FAR);
  await until('it has tried', () => {
    const log = path.join(host.root, 'run/trainctl/deadman.log');
    return existsSync(log) && readFileSync(log, 'utf8').includes('power off');
  });
  expect(host.off()).toBe(false);
});
