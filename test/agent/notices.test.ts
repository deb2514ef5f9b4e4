import { existsSync, readFileSync, statSync } from 'node:fs';
import { checkpoints, ready, saver, stubborn } from './support/commands';
import { Host, until } from './support/host';
import { Imds } from './support/imds';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

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
    await ready(host);
    const time = new Date(Date.now() + 120_000).toISOString().replace(/\.\d+Z/, 'Z');
    imds.action = { action: 'terminate', time };
    await until('TERM', () => existsSync(host.path('code/checkpoints/last.bin')));
    const attached = host.attach();
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ code: 0, stoppedBy: 'notice', notice: { source: 'spot', action: 'terminate' } });
    expect(Date.parse(final.notice?.time ?? '')).toBe(Date.parse(time));
    expect(final.checkpoint).not.toBeNull();
  });

  it('kills so that the reserve remains, and standing notices are in the hello’s wake', async () => {
    host.write('train.py', stubborn);
    await host.ok('start', host.request('python3 train.py', { ...checkpoints(60), noticeReserveSeconds: 60 }));
    await ready(host);
    const at = Math.floor(Date.now() / 1000) + 65;
    imds.action = { action: 'stop', time: new Date(at * 1000).toISOString().replace('.000Z', 'Z') };
    await until('the notice', () => /"stopping"/.test(readFileSync(host.path('state/state.json'), 'utf8')));
    const attached = host.attach();
    expect((await attached.next('notice')).notice.action).toBe('stop');
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ signal: 'SIGKILL', stoppedBy: 'notice' });
    // Half of it, because a busy machine hears of the notice, and shows the end, some time later.
    expect(at * 1000 - Date.now()).toBeGreaterThan(30_000);
  });

  it('keeps as much of the time as the checkpoint before took', async () => {
    host.store.faults.push({ method: 'POST', key: /parts/, times: 1, bytesPerSecond: 4_000_000 });
    host.write('train.py', `import os\nopen('checkpoints/big', 'wb').write(os.urandom(12_000_000))\n${stubborn}`);
    const attached = await host.start('python3 train.py', { ...checkpoints(600), noticeReserveSeconds: 1 });
    await ready(host);
    attached.send({ t: 'checkpoint' });
    const { seconds } = await attached.next('checkpoint');
    expect(seconds).toBeGreaterThan(2.5);
    const at = Math.floor(Date.now() / 1000) + 600;
    imds.action = { action: 'terminate', time: new Date(at * 1000).toISOString().replace('.000Z', 'Z') };
    await until('the stop file', () => existsSync(host.path('asked/stop.json')));
    const { deadline } = JSON.parse(readFileSync(host.path('asked/stop.json'), 'utf8')) as { deadline: number };
    // The reserve alone would be 1 s.
    expect(Math.abs(at - deadline - 1.5 * seconds)).toBeLessThan(0.5);
    attached.send({ t: 'stop', mode: 'now', graceSeconds: 0 });
    expect((await attached.next('final')).final).toMatchObject({ signal: 'SIGKILL', stoppedBy: 'notice' });
  });

  it('bounds the last uploads: with S3 away the final word still comes before the time', async () => {
    host.store.faults.push({ method: 'POST', key: /./, times: 10_000, status: 503, code: 'SlowDown' });
    host.write('train.py', saver(0));
    const attached = await host.start('python3 train.py', { ...checkpoints(60), noticeReserveSeconds: 5 });
    await ready(host);
    const at = Math.floor(Date.now() / 1000) + 10;
    imds.action = { action: 'terminate', time: new Date(at * 1000).toISOString().replace('.000Z', 'Z') };
    const { final } = await attached.next('final');
    // A few seconds for a busy machine; of what is not bounded so nothing comes before another 20 s.
    expect(statSync(host.path('state/final.json')).mtimeMs / 1000).toBeLessThan(at + 5);
    expect(final).toMatchObject({ code: 0, stoppedBy: 'notice', checkpoint: null, logUploaded: 0 });
    expect(final.problems.join('\n')).toMatch(/log: .*\n(.*\n)?last checkpoint: .*SlowDown/);
  });

  it('of maintenance counts when it is active and near; until then it is shown; a token that has expired is renewed', async () => {
    imds.events = [{ Code: 'system-reboot', State: 'completed', NotBefore: '21 Jan 2019 09:00:43 GMT' }];
    host.write('train.py', saver(9));
    const attached = await host.start('python3 train.py', checkpoints(60));
    await ready(host);
    const asked = imds.asked;
    await until('IMDS to be asked', () => imds.asked > asked + 2);
    expect(attached.events.some((event) => event.t === 'notice')).toBe(false);
    imds.token = 'token-2';
    imds.events = [{ Code: 'instance-retirement', State: 'active', NotBefore: '21 Jan 2099 09:00:43 GMT' }];
    const later = { source: 'maintenance', action: 'instance-retirement', time: '2099-01-21T09:00:43.000Z' };
    expect((await attached.next('scheduled')).notice).toEqual(later);
    const again = host.attach(2);
    expect((await again.next('scheduled')).notice).toEqual(later);
    const near = new Date(Math.floor(Date.now() / 1000 + 600) * 1000);
    imds.events = [{ Code: 'instance-retirement', State: 'active', NotBefore: near.toUTCString().slice(5) }];
    const { notice } = await again.next('notice');
    expect(notice).toEqual({ ...later, time: near.toISOString() });
    expect((await again.next('final')).final).toMatchObject({ code: 9, stoppedBy: 'notice' });
  });
});
