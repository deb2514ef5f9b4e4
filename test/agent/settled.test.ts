import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { manifestName } from '../../contract';
import { Host, until } from './support/host';

interface Manifest {
  step: number | null;
  createdAt: string;
  why: string;
  files: { mtime: number; parts: { sha256: string }[] }[];
}

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const manifests = (): string[] => host.store.keys('runs/key/a/1/0/').filter((key) => key.endsWith('/manifest.json'));
const manifest = (number: number): Manifest => host.store.json<Manifest>(`runs/key/a/1/0/${manifestName(number)}`);

it('a checkpoint is taken when the directory has been still for two seconds, and again only when it has changed', async () => {
  host.write(
    'train.py',
    `import os, time
for i in range(20):
    open('checkpoints/w', 'a').write('x'); time.sleep(0.2)
while not os.path.exists('go'): time.sleep(0.05)
`,
  );
  const attached = await host.start('python3 train.py', {
    checkpoints: { dir: 'checkpoints', everySeconds: 1, graceSeconds: 5, signal: null },
  });
  await until('the whole of it', () => attached.events.some((one) => one.t === 'checkpoint' && one.bytes === 20));
  // One, unless the machine kept the script itself from writing for so long.
  const { length } = manifests();
  for (let number = 1; number <= length; number += 1) {
    const { why, step, createdAt, files } = manifest(number);
    expect({ why, step }).toEqual({ why: 'periodic', step: null });
    expect(Date.parse(createdAt) / 1000 - (files[0]?.mtime ?? Number.NaN)).toBeGreaterThanOrEqual(1.8);
  }
  await new Promise((resolve) => setTimeout(resolve, 3500));
  expect(manifests()).toHaveLength(length);
  writeFileSync(host.path('code/checkpoints/w'), 'new');
  await until('the next', () => manifests().length === length + 1);
  expect(manifest(length + 1).files[0]?.parts[0]?.sha256).toBe(createHash('sha256').update('new').digest('hex'));
  host.write('go', '');
  expect((await attached.next('final')).final.checkpoint?.number).toBe(length + 1);
  expect(manifests()).toHaveLength(length + 1);
});
