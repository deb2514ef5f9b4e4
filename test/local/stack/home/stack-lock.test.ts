import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isLockedByAnother, withStackLocked, withStackLockedIfThere } from '../../../../local/stack/home/stack-lock';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-stack-lock-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a start of somebody else is seen, one’s own and one that has died are not', async () => {
  expect(isLockedByAnother(home)).toBe(false);
  await withStackLocked(home, async () => expect(isLockedByAnother(home)).toBe(false));
  writeFileSync(path.join(home, 'stack.lock'), String(process.ppid));
  expect(isLockedByAnother(home)).toBe(true);
  writeFileSync(path.join(home, 'stack.lock'), String(2 ** 22));
  expect(isLockedByAnother(home)).toBe(false);
});

test('what ends things waits for a start', async () => {
  const order: string[] = [];
  await withStackLocked(home, async () => {
    const waiting = new Promise<void>((seen) => {
      void withStackLockedIfThere(
        home,
        async () => order.push('down'),
        () => seen(),
      );
    });
    await waiting;
    order.push('up');
  });
  while (order.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(['up', 'down']);
});

test('a home that is not there is not made by what ends things', async () => {
  const nowhere = path.join(home, 'nowhere');
  expect(await withStackLockedIfThere(nowhere, async () => 'done')).toBe('done');
  expect(existsSync(nowhere)).toBe(false);
});
