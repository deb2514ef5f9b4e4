import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AttachCommand } from '../../contract';
import { checkpoints, ready, saver } from './support/commands';
import { Host, until } from './support/host';

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
    // A worker whose clock is wrong by years says for how long all the same.
    const attached = await host.start('python3 train.py', { leaseSeconds: 500, leaseUntil: 1 });
    const first = readFileSync(lease, 'utf8');
    expect(Math.abs(Number(first.split('\n')[0]) - Date.now() / 1000 - 500)).toBeLessThan(60);
    expect(first).toMatch(/^\d+\n\d+ [0-9a-f-]{36}\n$/);
    await ready(host);
    const asked = Date.now();
    attached.send({ t: 'renew', leaseSeconds: 3, leaseUntil: 4_000_000_000 });
    await until('the renewal', () => readFileSync(lease, 'utf8') !== first);
    const { final } = await attached.next('final');
    expect(Date.now() - asked).toBeGreaterThanOrEqual(3000);
    expect(final).toMatchObject({ stoppedBy: 'lease', code: 0, problems: [] });
    expect(final.checkpoint).not.toBeNull();
  });

  it('is waited past by the dead-man timer while last bytes move, which whoever is attached sees as well', async () => {
    const busy = path.join(host.home, 'root/var/lib/trainctl/busy');
    mkdirSync(path.dirname(busy), { recursive: true });
    host.store.faults.push({ method: 'POST', key: /parts/, times: 1, bytesPerSecond: 1_000_000 });
    host.write('train.py', `import os\nopen('checkpoints/big', 'wb').write(os.urandom(15_000_000))\n${saver(0)}`);
    const attached = await host.start('python3 train.py', checkpoints(20));
    await ready(host);
    const lease = Math.floor(Date.now() / 1000) + 1;
    // As a worker of before has it.
    attached.send({ t: 'renew', leaseUntil: lease } as AttachCommand);
    await until('the word to the timer', () => existsSync(busy));
    const sent = (): number[] =>
      attached.events.flatMap((event) => (event.t === 'beat' && event.sent !== undefined ? [event.sent] : []));
    const moved = (): number => (sent().at(-1) ?? 0) - (sent()[0] ?? 0);
    await until('beats of bytes that move', () => sent().length >= 3 && moved() > 3_000_000);
    host.store.faults.length = 0;
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ stoppedBy: 'lease', problems: [] });
    expect(final.checkpoint?.bytes).toBeGreaterThan(15_000_000);
    expect(Number(readFileSync(busy, 'utf8').split('\n')[0])).toBeGreaterThan(lease + 30);
    expect(sent()).toEqual(sent().sort((a, b) => a - b));
  });

  it('is kept with the state where the host has no place for it', async () => {
    await host.ok('start', host.request('sleep 5', { leaseSeconds: 1e9 }));
    expect(Number(readFileSync(host.path('state/lease'), 'utf8').split('\n')[0])).toBeGreaterThan(2e9);
  });
});
