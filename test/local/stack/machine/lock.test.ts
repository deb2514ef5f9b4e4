import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { exclusively } from '../../../../local/stack/machine/lock';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'trainctl-once-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('one at a time, and the lock is gone afterwards, also after an error', async () => {
  const lock = path.join(dir, 'lock');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all([exclusively(lock, work), exclusively(lock, work), exclusively(lock, work)]);
  expect(most).toBe(1);
  await expect(
    exclusively(lock, async () => {
      throw new Error('boom');
    }),
  ).rejects.toThrow('boom');
  expect(existsSync(lock)).toBe(false);
});

test('a lock whose owner is dead is taken over', async () => {
  const lock = path.join(dir, 'lock');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  await writeFile(lock, String(dead));
  expect(await exclusively(lock, async () => 'done')).toBe('done');
});

test('a lock where no folder can be made is an error, not a wait', async () => {
  await writeFile(path.join(dir, 'file'), '');
  const places = [path.join(dir, 'file/below'), ...(existsSync('/proc/self') ? ['/proc/nope/deeper'] : [])];
  for (const place of places) {
    await expect(exclusively(path.join(place, 'lock'), async () => 'never')).rejects.toThrow('TRAINCTL_CACHE');
  }
});

test('whoever waits is told for whom', async () => {
  const lock = path.join(dir, 'lock');
  const waited: number[] = [];
  let release: () => void = () => undefined;
  const first = exclusively(lock, () => new Promise<void>((resolve) => (release = resolve)));
  while (!existsSync(lock)) await new Promise((resolve) => setImmediate(resolve));
  const second = exclusively(
    lock,
    async () => 'second',
    (pid) => {
      waited.push(pid);
      release();
    },
  );
  await first;
  expect(await second).toBe('second');
  expect(waited).toEqual([process.pid]);
});
