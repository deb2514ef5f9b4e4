import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkpoints, ready, saver } from './support/commands';
import { Host, until } from './support/host';

jest.setTimeout(60_000);

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

describe('the lease', () => {
  it('is written for the host’s dead-man timer, renewed, and honoured at its end', async () => {
    const lease = path.join(host.home, 'root/var/lib/trainctl/lease');
    mkdirSync(path.dirname(lease), { recursive: true });
    host.write('train.py', saver(0));
    const until1 = Math.floor(Date.now() / 1000) + 500;
    const attached = await host.start('python3 train.py', { leaseUntil: until1 });
    expect(readFileSync(lease, 'utf8')).toBe(`${until1}\n`);
    await ready(host);
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
    await ready(host);
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
