import type { FakeWorld } from '../../../support/fake-world';
import { stageFor } from '../../support/scene';

/** On virtual time: how long the instance of a failed run is kept. */
const play = stageFor('skipping', ({ world }) => {
  world.scripts[0] = { seconds: 60, exitCode: 3, tail: 'ValueError: banana' };
});

const hold = { on: 'failed' as const, forSeconds: 1800 };
const heldFor = (world: FakeWorld, attempt: number): number =>
  ((world.of(attempt).endedAt ?? 0) - (world.of(attempt).trainingSince ?? 0)) / 1000 - 60;

it(
  'keeps it for that long, with its lease renewed all the while, and ends as failed',
  play(async ({ world, run }) => {
    const ended = await run({ hold, limits: { leaseSeconds: 300 } });
    expect(ended).toMatchObject({ how: 'failed', result: { leftovers: 0 } });
    expect(ended.message).toContain('ValueError: banana');
    expect(heldFor(world, 1)).toBeGreaterThanOrEqual(1800);
    expect(heldFor(world, 1)).toBeLessThan(1830);
    const renewals = world.calls.filter((c) => c.activity === 'renewLease').map((c) => c.at);
    expect(renewals.length).toBeGreaterThanOrEqual(18);
    const gaps = renewals.slice(1).map((at, i) => at - (renewals[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(150_000);
    expect(ended.result?.costUsd).toBeGreaterThan((0.36 * 1860) / 3600 - 1e-6);
  }),
);

it(
  'stays within the deadline, and the outcome stays what it was',
  play(async ({ run }) => {
    const ended = await run({ hold, limits: { maxDurationSeconds: 600 } });
    expect(ended.how).toBe('failed');
    expect(ended.seconds).toBeGreaterThanOrEqual(600);
    expect(ended.seconds).toBeLessThan(610);
  }),
);

it(
  'stays within the budget',
  play(async ({ run }) => {
    const ended = await run({ hold, limits: { maxCostUsd: 0.06 } });
    expect(ended.how).toBe('failed');
    expect(ended.result?.costUsd).toBeGreaterThanOrEqual(0.06);
    expect(ended.result?.costUsd).toBeLessThan(0.062);
  }),
);

it(
  'ends when EC2 takes the instance, long before the next renewal of its lease',
  play(async ({ world, run }) => {
    world.scripts[0] = { seconds: 60, exitCode: 3, lostAfter: 200 };
    const ended = await run({ hold: { ...hold, forSeconds: 36_000 }, limits: { leaseSeconds: 3600 } });
    expect(ended).toMatchObject({ how: 'failed', result: { interruptions: 0 } });
    expect(ended.seconds).toBeLessThan(240);
    const { warnings = [] } = world.summaries[0]?.status ?? {};
    expect(warnings.map(({ message }) => message)).toContain('attempt 1: its host is held no longer: lost i-1');
  }),
);

it(
  'ends at the time of a notice, which is shown',
  play(async ({ world, run }) => {
    world.scripts[0] = { seconds: 60, exitCode: 3, noticeAfter: 200, noticeSeconds: 120, ignoresNotice: true };
    const ended = await run({ hold, limits: { leaseSeconds: 3600 } });
    expect(ended).toMatchObject({ how: 'failed', result: { interruptions: 0 } });
    expect(ended.seconds).toBeGreaterThanOrEqual(320);
    expect(ended.seconds).toBeLessThan(360);
    const { attempts, warnings = [] } = world.summaries[0]?.status ?? { attempts: [] };
    expect(attempts[0]).toMatchObject({ ended: 'failed', notice: { action: 'terminate' } });
    expect(warnings.map(({ message }) => message).join()).toContain('its host is held until then');
  }),
);

it(
  'keeps only what failed for good: not an attempt that is tried again, nor a success',
  play(async ({ world, run }) => {
    world.scripts = { 1: { seconds: 60, exitCode: 3 }, 2: { seconds: 60, exitCode: 3 } };
    expect(await run({ hold, retry: { failures: 1 } })).toMatchObject({
      how: 'failed',
      result: { attemptCount: 2 },
    });
    expect(heldFor(world, 1)).toBeLessThan(60);
    expect(heldFor(world, 2)).toBeGreaterThanOrEqual(1800);
    world.scripts = { 0: { seconds: 60 } };
    const fine = await run({ hold });
    expect([fine.how, fine.seconds < 200]).toEqual(['succeeded', true]);
  }),
);

it(
  'does not make a history long, whatever the lease',
  play(async ({ run }) => {
    const ended = await run({ hold: { ...hold, forSeconds: 36_000 }, limits: { leaseSeconds: 60 } });
    expect(ended.how).toBe('failed');
    expect(ended.events).toBeLessThan(400);
  }),
);
