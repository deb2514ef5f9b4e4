import { ApplicationFailure } from '@temporalio/common';
import { type FakeWorld, placementOf } from '../../../support/fake-world';
import { stageFor } from '../../support/scene';

const play = stageFor('skipping');

const launches = (world: FakeWorld): number[] =>
  world.calls.filter((c) => c.activity === 'launchInstance').map((c) => c.at / 1000);

it(
  'moves to the next placement at once, and tells each refusal',
  play(async ({ world, run }) => {
    world.refuse({ refusal: 'capacity', where: (p) => p.zone === 'us-east-1a' });
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 1 } });
    const [first = 0, second = 0] = launches(world);
    expect(second - first).toBeLessThan(5);
    expect(world.summaries[0]?.status.attempts[0]).toMatchObject({
      placement: { zone: 'us-east-1b' },
      tries: [{ try: 1, code: 'InsufficientInstanceCapacity', kind: 'capacity' }, { try: 2 }],
    });
  }),
);

it(
  'pays on-demand prices only when no spot placement has capacity',
  play(async ({ world, run }) => {
    world.placements = [...world.placements, placementOf({ market: 'on-demand', hourlyUsd: 1.08 })];
    world.refuse({ refusal: 'capacity', where: (p) => p.market === 'spot' });
    const ended = await run({});
    expect(ended.how).toBe('succeeded');
    expect(world.of(1).placement.market).toBe('on-demand');
    expect(world.summaries[0]?.status.warnings?.[0]?.message).toBe(
      'no spot capacity: on demand at $1.08/h (spot: from $0.3600/h)',
    );
    expect(world.count('launchInstance')).toBe(3);
  }),
);

it(
  'waits 15 s, 30 s, … 5 min between rounds, and gives up at capacityWait, not a second before',
  play(async ({ world, run }) => {
    world.refuse({ refusal: 'capacity' });
    const ended = await run({ limits: { capacityWaitSeconds: 1000 } });
    expect(ended).toMatchObject({
      how: 'no-capacity',
      message: expect.stringMatching(/capacityWait \(16m40s\); last answer: .*InsufficientInstanceCapacity/),
      result: { attemptCount: 1, costUsd: 0 },
    });
    const rounds = launches(world).filter((_, i) => i % 2 === 0);
    const waits = rounds.slice(1).map((at, i) => at - (rounds[i] ?? 0));
    const wanted = [15, 30, 60, 120, 240, 300, 235];
    expect(waits).toHaveLength(wanted.length);
    // The server's clock goes on while a task is under way, which on a busy machine takes a second or two.
    const late = waits.map((wait, i) => wait - (wanted[i] ?? 0));
    expect(Math.min(...late.slice(0, -1))).toBeGreaterThan(-0.1);
    expect(Math.max(...late.map(Math.abs))).toBeLessThan(5);
    expect(ended.seconds).toBeGreaterThanOrEqual(1000);
    expect(ended.seconds).toBeLessThan(1030);
  }),
);

it(
  'launches when capacity comes back',
  play(async ({ world, run }) => {
    world.refuse({ refusal: 'quota', code: 'VcpuLimitExceeded', times: 5 });
    expect(await run({})).toMatchObject({ how: 'succeeded', result: { attemptCount: 1 } });
    expect(world.count('launchInstance')).toBe(6);
  }),
);

it(
  'ends at once when no other placement would help',
  play(async ({ world, run }) => {
    world.refuse({ refusal: 'fatal', code: 'UnauthorizedOperation' });
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'failed', message: expect.stringContaining('UnauthorizedOperation') });
    expect(world.count('launchInstance')).toBe(1);
  }),
);

it(
  'tries the same placement again when its token was spent',
  play(async ({ world, run }) => {
    world.refuse({ refusal: 'token-spent', code: 'IdempotentInstanceTerminated', times: 1 });
    expect(await run({})).toMatchObject({ how: 'succeeded' });
    expect(world.of(1).placement.zone).toBe('us-east-1a');
  }),
);

it(
  'launches one instance, not two, when the reply is lost',
  play(async ({ world, run }) => {
    world.faults.arm({ activity: 'launchInstance', when: 'after' });
    expect(await run({})).toMatchObject({ how: 'succeeded', result: { attemptCount: 1 } });
    expect(world.instances).toHaveLength(1);
  }),
);

it(
  'ends what an unanswered launch may have made, and goes on with a new attempt',
  play(async ({ world, run }) => {
    world.faults.arm({ activity: 'launchInstance', when: 'after', times: 6 });
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 0 } });
    expect(world.instances).toHaveLength(2);
    expect(world.summaries[0]?.status.attempts[0]).toMatchObject({
      ended: 'not-started',
      reason: expect.stringContaining('nobody knows whether the launch took effect'),
    });
  }),
);

it(
  'repeats the token of a launch that never left, so that nothing can come later',
  play(async ({ world, run }) => {
    world.faults.arm({ activity: 'launchInstance', when: 'before', times: 6 });
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2 } });
    expect(world.instances.filter((i) => i.attempt === 1)).toHaveLength(1);
  }),
);

it(
  'launches nothing to undo a launch of which each try was too late or throttled, and says so',
  play(async ({ world, run }) => {
    const error = () =>
      ApplicationFailure.create({
        message: 'not sent: the launch waited 50 s for a worker, and may be sent for 45 s',
        type: 'launch-not-sent',
        details: [{ nothingLaunched: true }],
      });
    world.faults.arm({ activity: 'launchInstance', when: 'before', times: 6, error });
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 0 } });
    expect(world.instances.filter((i) => i.attempt === 1)).toEqual([]);
    const [first] = world.summaries[0]?.status.attempts ?? [];
    expect(first).toMatchObject({ ended: 'not-started', costUsd: 0 });
    expect(first?.reason).toMatch(/^nothing was launched: not sent: the launch waited 50 s/);
  }),
);

it(
  'gives every step on a host to another worker within a quarter of the lease',
  play(async ({ start, endOf }) => {
    const handle = await start({ limits: { leaseSeconds: 60 }, inputs: [{ from: 's3://data/', to: 'data/' }] });
    await endOf(handle);
    const { events } = await handle.fetchHistory();
    const beats = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: activity }) => {
      const seconds = Number(activity?.heartbeatTimeout?.seconds ?? 0);
      return seconds > 0 ? [[activity?.activityType?.name, seconds]] : [];
    });
    const { awaitGone, ...steps } = Object.fromEntries(beats) as Record<string, number>;
    const within = { hearEc2: 15, awaitReachable: 15, syncCode: 15, installDependencies: 15, fetchInputs: 15 };
    const ofOurs = { resolveRun: 20, terminateAttempt: 30, countLeftovers: 30, pruneCheckpoints: 30, writeSummary: 30 };
    expect(steps).toEqual({ ...within, startTraining: 15, supervise: 15, ...ofOurs });
  }),
);
