import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Hosts } from '../../../../local/cloud/hosts';
import { LoopbackNetwork } from '../../../../local/cloud/hosts/network';
import type { Instance } from '../../../../local/cloud/state/model';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tc-discarded-'));
});
afterEach(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));

test.each([
  ['while it boots', false],
  ['before the boot of a reboot', true],
])('a host that is discarded %s makes no folder afterwards', async (_when, reboots) => {
  const hosts = new Hosts({ dir, network: new LoopbackNetwork(0, false), onPower: () => undefined });
  const userData = Buffer.from('#cloud-config\nruncmd: [true]\n');
  const instance = { id: 'i-0123456789abcdef0', state: 'running', tags: new Map(), userData } as unknown as Instance;
  await hosts.create(instance);
  const host = hosts.find(instance.id);
  hosts.boot(instance);
  // Its power comes back when that of the first boot is off: then the cloud may be closed already.
  if (reboots) hosts.reboot(instance);
  await hosts.close();
  host?.boot();
  expect(existsSync(path.join(dir, 'hosts', instance.id))).toBe(false);
});
