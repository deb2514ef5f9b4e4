import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { alive, Host, until } from './support/host';
import { Imds } from './support/imds';

jest.setTimeout(60_000);

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

/** Saves on TERM what it must not lose, and ends with the code given. */
const saver = (code: number, seconds = 0) => `
import os, signal, sys, time
def save(*_):
    time.sleep(${seconds})
    open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/last.bin', 'w').write('saved')
    sys.exit(${code})
signal.signal(signal.SIGTERM, save)
signal.signal(signal.SIGUSR1, lambda *_: open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/usr1.bin', 'w').write('x'))
print('ready', flush=True)
while True: time.sleep(0.05)
`;
const stubborn = `
import os, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(['sleep', '600'], start_new_session=True)
open('child', 'w').write(str(child.pid))
print('ready', flush=True)
while True: time.sleep(0.05)
`;
const ready = () => until('the process to be ready', () => existsSync(host.path('log')) && /ready/.test(log()));
const log = () => readFileSync(host.path('log'), 'utf8');
const checkpoints = (graceSeconds: number, signal: string | null = null) => ({
  checkpoints: { dir: 'checkpoints', everySeconds: 3600, graceSeconds, signal },
});

describe('stop', () => {
  it('gracefully: TERM, the process saves, the last checkpoint is in S3', async () => {
    host.write('train.py', saver(0));
    const attached = await host.start('echo first; python3 train.py; echo after', checkpoints(20));
    await ready();
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ stoppedBy: 'stop', problems: [], signal: null });
    expect((await attached.next('checkpoint')).why).toBe('stop');
    expect(final.checkpoint?.step).toBe(1);
    expect(attached.events.map((event) => event.t)).toEqual(
      expect.arrayContaining(['hello', 'phase', 'exit', 'final']),
    );
  });

  it('keeps the result of the command behind bash', async () => {
    host.write('train.py', saver(41));
    const attached = await host.start('true; python3 train.py; true', checkpoints(20));
    await ready();
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    expect((await attached.next('final')).final).toMatchObject({ code: 41, stoppedBy: 'stop' });
  });

  it('does not kill helpers of the command before it has saved', async () => {
    host.write(
      'train.py',
      `import multiprocessing, os, signal, sys, time
def work():
    signal.signal(signal.SIGTERM, lambda *_: (open('worker-termed', 'w').write('x'), os._exit(0)))
    time.sleep(600)
if __name__ == '__main__':
    w = multiprocessing.Process(target=work, daemon=True); w.start()
    def save(*_):
        time.sleep(0.5)
        open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/x', 'w').write(str(w.is_alive()) + str(os.path.exists('worker-termed')))
        sys.exit(0)
    signal.signal(signal.SIGTERM, save)
    print('ready', flush=True)
    while True: time.sleep(0.05)
`,
    );
    const attached = await host.start('python3 train.py; true', checkpoints(20));
    await ready();
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    expect((await attached.next('final')).final.code).toBe(0);
    expect(readFileSync(host.path('code/checkpoints/x'), 'utf8')).toBe('TrueFalse');
  });

  it('passes TERM on to what a shell script leaves when it dies of it', async () => {
    host.write('train.py', saver(0));
    host.write('run.sh', '#!/bin/bash\npython3 train.py\necho done\n', 0o755);
    const attached = await host.start('./run.sh', checkpoints(20));
    await ready();
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    const { final } = await attached.next('final');
    expect(final.stoppedBy).toBe('stop');
    expect(readFileSync(host.path('code/checkpoints/last.bin'), 'utf8')).toBe('saved');
    expect(final.checkpoint).not.toBeNull();
  });

  it('kills the whole tree after the grace, at once with `now`, by verb or by line', async () => {
    host.write('train.py', stubborn);
    const attached = await host.start('python3 train.py; true');
    await ready();
    const began = Date.now();
    await host.ok('stop', { dir: host.dir, mode: 'graceful', graceSeconds: 1.5 });
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ stoppedBy: 'stop' });
    expect(final.code === 137 || final.signal === 'SIGKILL').toBe(true);
    expect(Date.now() - began).toBeGreaterThan(1400);
    expect(alive(Number(readFileSync(host.path('code/child'), 'utf8')))).toBe(false);
    expect(await host.ok('stop', { dir: host.dir, mode: 'now', graceSeconds: 0 })).toEqual({ phase: 'final' });
  });

  it('`now` waits for nothing, also after a graceful one', async () => {
    host.write('train.py', stubborn);
    const attached = await host.start('python3 train.py');
    await ready();
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 600 });
    await until('TERM', () => attached.events.some((event) => event.t === 'phase' && event.phase === 'stopping'));
    attached.send({ t: 'stop', mode: 'now', graceSeconds: 0 });
    expect((await attached.next('final', 10)).final).toMatchObject({ signal: 'SIGKILL', stoppedBy: 'stop' });
  });

  it('sends the checkpoint signal first, and TERM when the directory is still', async () => {
    host.write('train.py', saver(0));
    const attached = await host.start('python3 train.py', checkpoints(20, 'SIGUSR1'));
    await ready();
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    const { final } = await attached.next('final');
    expect(final.code).toBe(0);
    expect(existsSync(host.path('code/checkpoints/usr1.bin'))).toBe(true);
    expect(existsSync(host.path('code/checkpoints/last.bin'))).toBe(true);
  });

  it('ends every training of the host for the dead-man timer', async () => {
    host.write('train.py', saver(0));
    await host.ok('start', host.request('python3 train.py'));
    await ready();
    const { answer } = await host.run('stop', {}, ['--all', '--wait', '20']);
    expect(answer).toEqual({ t: 'result', result: { stopped: 1, left: 0 } });
    expect((await host.attach().next('final')).final.stoppedBy).toBe('lease');
  });
});

describe('a notice', () => {
  let imds: Imds;
  beforeEach(async () => {
    imds = await new Imds().open();
    host.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = imds.url;
  });
  afterEach(() => imds.close());

  it('of spot is acted upon with nobody attached, and is told to whoever comes later', async () => {
    host.write('train.py', saver(0));
    await host.ok('start', host.request('python3 train.py', checkpoints(60)));
    await ready();
    const time = new Date(Date.now() + 120_000).toISOString().replace(/\.\d+Z/, 'Z');
    imds.action = { action: 'terminate', time };
    await until('TERM', () => existsSync(host.path('code/checkpoints/last.bin')), 5);
    const attached = host.attach();
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ code: 0, stoppedBy: 'notice', notice: { source: 'spot', action: 'terminate' } });
    expect(Date.parse(final.notice?.time ?? '')).toBe(Date.parse(time));
    expect(final.checkpoint).not.toBeNull();
  });

  it('kills so that the reserve remains, and standing notices are in the hello’s wake', async () => {
    host.write('train.py', stubborn);
    await host.ok('start', host.request('python3 train.py', { ...checkpoints(60), noticeReserveSeconds: 6 }));
    await ready();
    const at = Math.floor(Date.now() / 1000) + 11;
    imds.action = { action: 'stop', time: new Date(at * 1000).toISOString().replace('.000Z', 'Z') };
    await until('the notice', () => /"stopping"/.test(readFileSync(host.path('state/state.json'), 'utf8')));
    const attached = host.attach();
    expect((await attached.next('notice')).notice.action).toBe('stop');
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ signal: 'SIGKILL', stoppedBy: 'notice' });
    expect(at * 1000 - Date.now()).toBeGreaterThan(3000);
  });

  it('keeps as much of the time as the checkpoint before took', async () => {
    host.store.faults.push({ method: 'POST', key: /parts/, times: 1, bytesPerSecond: 4_000_000 });
    host.write('train.py', `import os\nopen('checkpoints/big', 'wb').write(os.urandom(12_000_000))\n${stubborn}`);
    const attached = await host.start('python3 train.py', { ...checkpoints(60), noticeReserveSeconds: 1 });
    await ready();
    attached.send({ t: 'checkpoint' });
    const { seconds } = await attached.next('checkpoint');
    expect(seconds).toBeGreaterThan(2.5);
    const at = Math.floor(Date.now() / 1000) + 12;
    imds.action = { action: 'terminate', time: new Date(at * 1000).toISOString().replace('.000Z', 'Z') };
    await attached.next('exit');
    // Half of it, because a busy machine shows the kill some time after it was due; the reserve alone would be 1 s.
    expect(at - Date.now() / 1000).toBeGreaterThan(Math.min(6, 1.5 * seconds) / 2);
  });

  it('bounds the last uploads: with S3 away the final word still comes before the time', async () => {
    host.store.faults.push({ method: 'POST', key: /./, times: 10_000, status: 503, code: 'SlowDown' });
    host.write('train.py', saver(0));
    const attached = await host.start('python3 train.py', { ...checkpoints(60), noticeReserveSeconds: 5 });
    await ready();
    const at = Math.floor(Date.now() / 1000) + 10;
    imds.action = { action: 'terminate', time: new Date(at * 1000).toISOString().replace('.000Z', 'Z') };
    const { final } = await attached.next('final', 30);
    expect(Date.now() / 1000).toBeLessThan(at + 1);
    expect(final).toMatchObject({ code: 0, stoppedBy: 'notice', checkpoint: null, logUploaded: 0 });
    expect(final.problems.join('\n')).toMatch(/log: .*\n(.*\n)?last checkpoint: .*SlowDown/);
  });

  it('of maintenance counts when it is active; a token that has expired is renewed', async () => {
    imds.events = [{ Code: 'system-reboot', State: 'completed', NotBefore: '21 Jan 2019 09:00:43 GMT' }];
    host.write('train.py', saver(9));
    const attached = await host.start('python3 train.py', checkpoints(60));
    await ready();
    const asked = imds.asked;
    await until('IMDS to be asked', () => imds.asked > asked + 2);
    expect(attached.events.some((event) => event.t === 'notice')).toBe(false);
    imds.token = 'token-2';
    imds.events = [{ Code: 'instance-retirement', State: 'active', NotBefore: '21 Jan 2099 09:00:43 GMT' }];
    const { notice } = await attached.next('notice');
    expect(notice).toEqual({ source: 'maintenance', action: 'instance-retirement', time: '2099-01-21T09:00:43.000Z' });
    expect((await attached.next('final')).final).toMatchObject({ code: 9, stoppedBy: 'notice' });
  });
});

describe('the lease', () => {
  it('is written for the host’s dead-man timer, renewed, and honoured at its end', async () => {
    const lease = path.join(host.home, 'root/var/lib/trainctl/lease');
    mkdirSync(path.dirname(lease), { recursive: true });
    host.write('train.py', saver(0));
    const until1 = Math.floor(Date.now() / 1000) + 500;
    const attached = await host.start('python3 train.py', { leaseUntil: until1 });
    expect(readFileSync(lease, 'utf8')).toBe(`${until1}\n`);
    await ready();
    const soon = Math.floor(Date.now() / 1000) + 3;
    attached.send({ t: 'renew', leaseUntil: soon });
    await until('the renewal', () => readFileSync(lease, 'utf8') === `${soon}\n`);
    const { final } = await attached.next('final');
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(soon);
    expect(final).toMatchObject({ stoppedBy: 'lease', code: 0, problems: [] });
    expect(final.checkpoint).not.toBeNull();
  });

  it('is waited past by the dead-man timer while last bytes move, which whoever is attached sees as well', async () => {
    const busy = path.join(host.home, 'root/var/lib/trainctl/busy');
    mkdirSync(path.dirname(busy), { recursive: true });
    host.store.faults.push({ method: 'POST', key: /parts/, times: 1, bytesPerSecond: 3_000_000 });
    host.write('train.py', `import os\nopen('checkpoints/big', 'wb').write(os.urandom(15_000_000))\n${saver(0)}`);
    const attached = await host.start('python3 train.py', checkpoints(2));
    await ready();
    const lease = Math.floor(Date.now() / 1000) + 1;
    attached.send({ t: 'renew', leaseUntil: lease });
    await until('the word to the timer', () => existsSync(busy));
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ stoppedBy: 'lease', problems: [] });
    expect(final.checkpoint?.bytes).toBeGreaterThan(15_000_000);
    expect(Number(readFileSync(busy, 'utf8'))).toBeGreaterThan(lease + 30);
    const sent = attached.events.flatMap((event) =>
      event.t === 'beat' && event.sent !== undefined ? [event.sent] : [],
    );
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    expect((sent.at(-1) ?? 0) - (sent[0] ?? 0)).toBeGreaterThan(3_000_000);
  });

  it('is kept with the state where the host has no place for it', async () => {
    await host.ok('start', host.request('sleep 5', { leaseUntil: 4_000_000_000 }));
    expect(readFileSync(host.path('state/lease'), 'utf8')).toBe('4000000000\n');
  });
});
