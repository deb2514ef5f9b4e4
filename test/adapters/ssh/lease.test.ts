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
    await expect(renewLease(as, 1_800_000_000)).rejects.toThrow(/could not be renewed/);
    mkdirSync(path.join(host.home, 'var/lib/trainctl'), { recursive: true });
    await renewLease(as, 1_800_000_000.9);
    expect(readFileSync(path.join(host.home, 'var/lib/trainctl/lease'), 'utf8')).toBe('1800000000\n');
  } finally {
    session.close();
    await host.close();
  }
});
