import { hostname } from 'node:os';
import { processIdentity, processSpace, readIdentity } from '../../../adapters/settings';
import { oldQueueCheck, queueCheck } from '../../../client/cli/commands/doctor/queues';
import { type Poller, pollersOf } from '../../../client/connection/pollers';

const now = new Date('2026-11-30T12:00:00Z');
const at = (ago: number) => ({ seconds: now.getTime() / 1000 - ago, nanos: 0 });
const here = { host: 'box', isAlive: (pid: number) => pid === 7 };
const pollers = (...seen: [string, number][]): Poller[] =>
  pollersOf(
    seen.map(([identity, ago]) => ({ identity, lastAccessTime: at(ago) })),
    now,
    here,
  );

test('who has not asked for longer than a poll takes is remembered, and so is one whose process has ended here', () => {
  const told = pollers(['8@box', 6], ['9@far', 240], ['9@other', 60], ['7@box', 5]);
  expect(told.map(({ identity, alive, ended }) => [identity, alive, ended])).toEqual([
    ['7@box', true, false],
    ['9@other', true, false],
    ['8@box', false, true],
    ['9@far', false, false],
  ]);
});

test('who asked within 5 s is there, though nothing here has its number: containers count processes of their own', () => {
  expect(pollers(['8@box', 4])).toMatchObject([{ alive: true, ended: false }]);
  expect(pollersOf([{ identity: '8@box' }], now, here)).toMatchObject([{ alive: true, ended: false }]);
});

test('nothing is said of a process that is numbered elsewhere: in a container with the host’s network, or where an older worker does not say', () => {
  const kernel = { ...here, space: '0123abcd' };
  const seen = ['8@box#0123abcd', '8@box#ffffffff', '8@box', '8@far#0123abcd', '7@box#0123abcd'];
  const told = pollersOf(
    seen.map((identity) => ({ identity, lastAccessTime: at(30) })),
    now,
    kernel,
  );
  expect(told.filter(({ ended }) => ended).map(({ identity }) => identity)).toEqual(['8@box#0123abcd']);
  expect(told.filter(({ alive }) => !alive)).toHaveLength(1);
});

test('what a worker calls itself is read by whoever asks after it on the same machine', () => {
  expect(readIdentity(processIdentity())).toEqual({ pid: process.pid, host: hostname(), space: processSpace() });
  expect(processIdentity(7, 'box', '0123abcd')).toBe('7@box#0123abcd');
  expect(readIdentity('7@box')).toEqual({ pid: 7, host: 'box', space: undefined });
  for (const none of ['', 'trainctl-worker 7', '@box', '7@', 'x@box']) expect(readIdentity(none)).toBeUndefined();
});

test('a poller of which Temporal says no time, or one to come, is taken for alive', () => {
  const [unknown, ahead] = pollersOf([{ identity: 'x' }, { identity: 'y', lastAccessTime: at(-30) }], now, here);
  expect([unknown?.alive, ahead?.alive, ahead?.ago]).toEqual([true, true, 0]);
});

test('a queue that nobody polls any more is not well, and says whom Temporal remembers', () => {
  expect(queueCheck('trainctl', pollers(['8@box', 8]))).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/no worker polls it; Temporal remembers 8@box, which has ended, last 8.* ago/),
    fix: expect.stringContaining('trainctl worker'),
  });
  expect(queueCheck('trainctl', pollers(['7@box', 5], ['9@far', 240]))).toMatchObject({
    ok: true,
    detail: expect.stringMatching(/1 polling \(7@box.*; Temporal remembers 9@far/),
  });
});

test('runs of before queues went by installation are told, with who still polls for them', () => {
  expect(oldQueueCheck(2, pollers(['7@box', 5]))).toMatchObject({
    ok: true,
    detail: expect.stringMatching(/^2 open runs of an older release on the queue trainctl, polled by 7@box/),
  });
  expect(oldQueueCheck(1, pollers(['9@far', 240]))).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^1 open run of .*, which nobody polls: no order reaches them/),
    fix: expect.stringContaining('docs/upgrade-the-worker.md'),
  });
});
