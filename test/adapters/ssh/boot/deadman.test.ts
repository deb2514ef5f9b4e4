import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { armDeadman } from '../../../../adapters/ssh/boot/deadman';
import { agentPath } from '../../../../contract';
import { until } from '../support/host';

/** As the agent writes: whoever looks at that moment finds what was there or what is there, never half of it. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const AGENT = agentPath('0123456789abcdef'.repeat(4));

/** Boots the script in a folder, with a stand-in for shutdown; ends what it started. */
function machine() {
  const root = mkdtempSync(path.join(tmpdir(), 'trainctl-boot-'));
  const shims = path.join(root, 'shims');
  const pids = path.join(root, 'pids');
  mkdirSync(shims);
  const shim = (name: string, body: string): void => {
    // There at once and whole: the loop may be calling it.
    writeFileSync(path.join(shims, `${name}.new`), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(shims, `${name}.new`), 0o755);
    renameSync(path.join(shims, `${name}.new`), path.join(shims, name));
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
    leaseNow: () => Number(readFileSync(lease, 'utf8').split('\n')[0]),
    // A shell makes the file before it writes into it.
    off: () => (statSync(path.join(root, 'shutdown'), { throwIfNoEntry: false })?.size ?? 0) > 0,
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
      // What a loop had called may still be writing.
      await rm(root, { recursive: true, force: true, maxRetries: 50, retryDelay: 40 });
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
  expect(host.leaseNow() - before - 1800).toBeLessThanOrEqual(30);
  expect(host.leaseNow()).toBeGreaterThanOrEqual(before + 1800);
  // The login user renames its leases into this folder.
  expect(statSync(path.dirname(host.lease)).mode & 0o777).toBe(0o777);
  rmSync(host.lease);
  host.arm(1800, before + 60);
  expect(host.leaseNow()).toBe(before + 60);
});

test('a reboot keeps the lease that is on disk', () => {
  host.arm(1800, FAR);
  put(host.lease, '3000000000\n');
  host.arm(1800, FAR);
  expect(host.leaseNow()).toBe(3_000_000_000);
});

test('a lease that nobody renews ends the machine, once no agent works', async () => {
  host.arm(0, FAR);
  await until('shutdown was called', host.off);
  expect(readFileSync(path.join(host.root, 'shutdown'), 'utf8')).toBe('-h now\n');
});

test('a renewed lease keeps it up; a broken or missing one counts as the first', async () => {
  // The first is over at once; what was renewed before is there already.
  const renewed = (): string => `${Math.floor(Date.now() / 1000) + 3600}\n`;
  mkdirSync(path.dirname(host.lease), { recursive: true });
  put(host.lease, renewed());
  const looks = path.join(host.root, 'looks');
  const date = spawnSync('sh', ['-c', 'command -v date'], { encoding: 'utf8' }).stdout.trim();
  host.shim('date', `echo x >> '${looks}'; exec ${date} "$@"`);
  host.arm(0, FAR);
  // One a round.
  const more = (count: number): Promise<void> => {
    const begun = readFileSync(looks, 'utf8').length;
    return until('looks at it', () => readFileSync(looks, 'utf8').length >= begun + 2 * count);
  };
  await more(1);
  put(host.lease, renewed());
  await more(2);
  expect(host.off()).toBe(false);
  put(host.lease, '99999999999999999999999');
  await until('shutdown was called', host.off);
});

test('a date that jumps ends no machine, and keeps none', async () => {
  const began = Date.now();
  host.arm(4, FAR);
  host.shim('date', 'echo 9999999999');
  await until('shutdown was called', host.off);
  expect(Date.now() - began).toBeGreaterThan(3000);
  rmSync(path.join(host.root, 'shutdown'));
  rmSync(host.lease);
  host.shim('date', 'echo 86400');
  host.arm(0, FAR);
  await until('shutdown was called', host.off);
});

test('a lease of this boot goes by its uptime, and one of another boot by the date', async () => {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  host.arm(3600, FAR);
  const [date, uptime, of] = readFileSync(host.lease, 'utf8').split(/\s/);
  expect(of).toBe(boot);
  expect(Number(uptime) - 3600).toBeLessThanOrEqual(Number(readFileSync('/proc/uptime', 'utf8').split('.')[0]));
  put(host.lease, `${date}\n0 0000-another-boot\n`);
  const log = path.join(host.root, 'run/trainctl/deadman.log');
  put(host.lease, `0\n${Number(uptime)} ${boot}\n`);
  await until('the loop', () => existsSync(log));
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect([host.off(), readFileSync(log, 'utf8')]).toEqual([false, '']);
  put(host.lease, `${date}\n1 ${boot}\n`);
  await until('shutdown was called', host.off);
});

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
    await until('shutdown was called', host.off);
  } finally {
    own.kill('SIGKILL');
    other.kill('SIGKILL');
  }
});

test('waits for the grace and for uploads that move, as long as it must and no longer', async () => {
  const folder = path.join(host.root, 'trainctl');
  mkdirSync(folder);
  writeFileSync(path.join(host.root, AGENT), 'import time\ntime.sleep(600)\n');
  const agent = spawn('python3', [AGENT], { cwd: host.root, env: host.env });
  // The machine's clock is the test's, and each look at it is counted.
  const clock = path.join(host.root, 'clock');
  host.shim('date', `echo x >> '${host.root}/looks'; cat '${clock}'`);
  const at = async (seconds: number): Promise<boolean> => {
    put(clock, `${seconds}\n`);
    const looks = (): number => readFileSync(path.join(host.root, 'looks'), 'utf8').length;
    const before = existsSync(path.join(host.root, 'looks')) ? looks() : 0;
    // Two a round, for each of the files: whatever was read before, one round has seen all as it is now.
    await until('four more looks at the clock', () => looks() >= before + 2 * 4);
    return host.off();
  };
  try {
    put(clock, '1000000\n');
    host.arm(0, FAR, 100);
    // By the date alone, as an older release writes it.
    put(host.lease, '1000000\n');
    expect(await at(1_000_155)).toBe(false);
    put(path.join(path.dirname(host.lease), 'busy'), '1000200\n');
    expect(await at(1_000_195)).toBe(false);
    // Whatever the file says, there is an end.
    put(path.join(path.dirname(host.lease), 'busy'), '3000000000\n');
    // Seen before the clock goes on: a round that had read the file of before would rightly end the machine.
    expect(await at(1_000_195)).toBe(false);
    expect(await at(1_000_990)).toBe(false);
    put(clock, '1001001\n');
    await until('shutdown was called', host.off);
  } finally {
    agent.kill('SIGKILL');
  }
});

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
