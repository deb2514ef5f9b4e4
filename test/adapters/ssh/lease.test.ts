import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openSession, renewLease } from '../../../adapters/ssh';
import { startHost } from './support/host';

test('a lease is renewed whole, and a host without its place for one says so', async () => {
  const host = await startHost();
  const session = await openSession(host.target);
  const rooted = {
    ...session,
    target: session.target,
    exec: (c: string) => session.exec(`TRAINCTL_HOST_ROOT=$PWD; ${c}`),
  };
  const as = Object.assign(Object.create(session) as typeof session, rooted);
  try {
    await expect(renewLease(as, 600)).rejects.toThrow(/could not be renewed/);
    mkdirSync(path.join(host.home, 'var/lib/trainctl'), { recursive: true });
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split('.')[0]);
    await renewLease(as, 600.9);
    const [date, up, boot] = readFileSync(path.join(host.home, 'var/lib/trainctl/lease'), 'utf8').split(/\s/);
    expect(Math.abs(Number(date) - Date.now() / 1000 - 600)).toBeLessThan(60);
    expect(Math.abs(Number(up) - uptime - 600)).toBeLessThan(60);
    expect(boot).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
    await renewLease(as, -5);
  } finally {
    session.close();
    await host.close();
  }
});
