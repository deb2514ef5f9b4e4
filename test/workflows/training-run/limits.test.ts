import { ApplicationFailure } from '@temporalio/common';
import type { TrainingActivities } from '../../../contract';
import { type FakeWorld, placementOf } from '../../support/fake-world';
import { stageFor } from '../support/scene';

const play = stageFor('skipping');

/** Seconds from the start of the run, which has ended. */
const after = (world: FakeWorld, at: number): number =>
  (at - Date.parse(world.summaries[0]?.status.startedAt ?? '')) / 1000;

/** Seconds from the start of the run to the first call of this activity. */
const calledAfter = (world: FakeWorld, activity: keyof TrainingActivities): number =>
  after(world, world.firstCall(activity));

/** What takes effect at a limit of so many seconds: not one before it, and at most five after it. */
function expectAt(limit: number, seconds: number): void {
  expect(seconds).toBeGreaterThanOrEqual(limit);
  expect(seconds).toBeLessThanOrEqual(limit + 5);
}

/** Each try of the activity takes effect never, and the next one follows a minute and a half later. */
const block = (world: FakeWorld, activity: keyof TrainingActivities): void =>
  world.faults.arm({
    activity,
    when: 'before',
    times: 100,
    error: () => ApplicationFailure.create({ message: `scripted: ${activity}`, nextRetryDelay: '90s' }),
  });

describe('deadline', () => {
  it(
    'stops the training at the deadline, not a second before, with a last checkpoint',
    play(async ({ world, run }) => {
      world.scripts[0] = { seconds: 1e6 };
      world.pollSeconds = 30;
      const ended = await run({ limits: { maxDurationSeconds: 7200 } });
      expect(ended).toMatchObject({ how: 'deadline', message: expect.stringContaining('limits.maxDuration is over') });
      expectAt(7200, calledAfter(world, 'stopTraining'));
      const status = world.summaries[0]?.status;
      expect(status?.lastCheckpoint?.step).toBeGreaterThan(7000);
      expect(status?.warnings?.[0]?.message).toContain('80 % of the time');
    }),
  );

  it(
    'warns once, long before, that it comes before the expected end',
    play(async ({ world, run }) => {
      const eta = (hours: number, after: number) => ({
        after,
        event: (now: number) => ({ kind: 'eta' as const, at: new Date(now + hours * 3_600_000).toISOString() }),
      });
      world.scripts[0] = { seconds: 300, tells: [eta(1.5, 10), eta(4, 30), eta(4, 60), eta(5, 90)] };
      await run({ limits: { maxDurationSeconds: 7200, maxCostUsd: 1000 } });
      const warnings = world.summaries[0]?.status.warnings ?? [];
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          /^at its present pace the training ends at .*; the deadline comes 2 h( \d+ min)? before that/,
        ),
      ]);
    }),
  );

  it(
    'ends the wait for capacity',
    play(async ({ world, run }) => {
      world.refuse({ refusal: 'capacity' });
      const ended = await run({ limits: { maxDurationSeconds: 400, capacityWaitSeconds: 3600 } });
      expect(ended.how).toBe('deadline');
      expectAt(400, ended.seconds);
    }),
  );

  it(
    'ends the wait before a retry',
    play(async ({ world, run }) => {
      world.scripts[0] = { seconds: 1, exitCode: 1 };
      // The last attempt ends after 277 s, on a busy machine some seconds later; the next would be after 437 s.
      const ended = await run({ limits: { maxDurationSeconds: 350 }, retry: { failures: 100 } });
      expect(ended.how).toBe('deadline');
      expectAt(350, ended.seconds);
      // It did wait: the last attempt had been over for long.
      expect(ended.seconds - after(world, world.instances.at(-1)?.endedAt ?? 0)).toBeGreaterThan(20);
    }),
  );

  it.each(['launchInstance', 'awaitReachable', 'installDependencies'] as const)(
    'ends the attempt while %s blocks',
    play(async ({ world, run }, activity) => {
      block(world, activity);
      const ended = await run({ limits: { maxDurationSeconds: 200 } });
      expect(ended).toMatchObject({ how: 'deadline', result: { leftovers: 0 } });
      expectAt(200, calledAfter(world, 'terminateAttempt'));
      expectAt(200, ended.seconds);
      // At 0, 90 and 180 seconds; and none after the limit.
      expect(world.count(activity)).toBe(3);
    }),
  );

  // One of the two falls into a renewal that blocks: 50 s of each 70 do.
  it.each([200, 225])(
    'ends an attempt that waits for the one before on a host that does not answer: after %i s',
    play(async ({ world, run }, limit) => {
      const error = () => ApplicationFailure.create({ message: 'scripted', nextRetryDelay: '50s' });
      world.faults.arm({ activity: 'renewLease', when: 'before', times: 100, error });
      const leaving = { seconds: 1e6, noticeAfter: 10, noticeSeconds: 3600, ignoresNotice: true, stopTakes: 20 };
      world.scripts = { 1: leaving };
      const ended = await run({ limits: { maxDurationSeconds: limit, leaseSeconds: 60 } });
      expect(ended).toMatchObject({ how: 'deadline', result: { leftovers: 0, attemptCount: 2 } });
      expectAt(limit, calledAfter(world, 'terminateAttempt'));
    }),
  );

  it(
    'does not wait longer than grace and last words for a host that hangs',
    play(async ({ world, run }) => {
      world.scripts[0] = { seconds: 1e6, deaf: true };
      const ended = await run({ limits: { maxDurationSeconds: 600 }, checkpoints: { graceSeconds: 30 } });
      expect(ended.how).toBe('deadline');
      expect(ended.seconds).toBeGreaterThanOrEqual(645);
      expect(ended.seconds).toBeLessThan(665);
    }),
  );

  it.each([
    ['as long as its bytes move', { uploads: 300 }, 900, 925, 'a last checkpoint'],
    ['until they stand still', { uploads: 300, stallsAfter: 100 }, 700, 730, 'nothing'],
    ['within 15 minutes', { uploads: 5000 }, 1500, 1535, 'nothing'],
  ])(
    'waits for the last upload after the grace: %s',
    play(async ({ world, run }, _, script, from, to, what) => {
      world.scripts[0] = { seconds: 1e6, ...script };
      const ended = await run({ limits: { maxDurationSeconds: 600 }, checkpoints: { graceSeconds: 10 } });
      expect(ended.how).toBe('deadline');
      expect(ended.seconds).toBeGreaterThanOrEqual(from);
      expect(ended.seconds).toBeLessThan(to);
      expectAt(600, calledAfter(world, 'stopTraining'));
      expect(world.summaries[0]?.status.lastCheckpoint === undefined).toBe(what === 'nothing');
    }),
  );

  it(
    'waits for a last upload no longer than EC2 leaves the instance',
    play(async ({ world, run }) => {
      world.scripts[0] = { seconds: 1e6, noticeAfter: 560, ignoresNotice: true, uploads: 5000 };
      const ended = await run({ limits: { maxDurationSeconds: 600 }, checkpoints: { graceSeconds: 10 } });
      expect(ended.how).toBe('deadline');
      // Notice at 560 s, for 120 s later; supervision looks every 10 s.
      expect(ended.seconds).toBeGreaterThanOrEqual(680);
      expect(ended.seconds).toBeLessThan(690);
    }),
  );
});

describe('budget', () => {
  it(
    'stops in the third attempt, with the sum over the three',
    play(async ({ world, run }) => {
      // $3.60 an hour is a tenth of a cent a second.
      world.placements = [placementOf({ hourlyUsd: 3.6 })];
      world.scripts = { 0: { seconds: 1e6, lostAfter: 350 }, 3: { seconds: 1e6 } };
      const ended = await run({ limits: { maxCostUsd: 1 } });
      expect(ended).toMatchObject({
        how: 'budget',
        message: expect.stringMatching(/\$1\.00 \(\$0\.35\d+ \+ \$0\.35\d+ \+ \$0\.\d+ over 3 attempts\) of \$1\.00/),
        result: { attemptCount: 3 },
      });
      const parts = /\(\$(\S+) \+ \$(\S+) \+ \$(\S+) over/.exec(ended.message)?.slice(1) ?? [];
      expect(parts.map(Number).reduce((a, c) => a + c, 0)).toBeCloseTo(1, 2);
      expect(ended.result?.costUsd).toBeGreaterThanOrEqual(1);

      // What the first two had cost, and then a tenth of a cent a second.
      const [first, second, third] = world.summaries[0]?.status.attempts ?? [];
      const before = (first?.costUsd ?? 0) + (second?.costUsd ?? 0);
      const told = world.firstCall('stopTraining', 3);
      expectAt((1 - before) / 0.001, (told - Date.parse(third?.launchedAt ?? '')) / 1000);
      expect(world.count('stopTraining')).toBe(1);
    }),
  );

  it(
    'never launches what it could not pay for a minute',
    play(async ({ world, run }) => {
      world.placements = [placementOf({ hourlyUsd: 100 })];
      const ended = await run({ limits: { maxCostUsd: 1 } });
      expect(ended).toMatchObject({
        how: 'budget',
        message: expect.stringContaining('no placement'),
        result: { costUsd: 0 },
      });
      expect(world.instances).toEqual([]);
    }),
  );

  it(
    'passes over dear placements while a cheap one is left',
    play(async ({ world, run }) => {
      world.placements = [placementOf({ hourlyUsd: 100 }), placementOf({ zone: 'us-east-1b', hourlyUsd: 1 })];
      expect(await run({ limits: { maxCostUsd: 1 } })).toMatchObject({ how: 'succeeded' });
      expect(world.of(1).placement.zone).toBe('us-east-1b');
    }),
  );
});
