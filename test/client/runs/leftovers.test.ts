import { countLeftovers, findLeftovers, type Leftovers } from '../../../client';
import { withRealEnds } from '../../../client/runs/after-cut';
import { cutShort } from '../../../client/runs/describe-run';
import { afterCuts, type CutSources } from '../../../client/runs/list/after-cuts';
import { pausedSteps } from '../../../client/runs/paused-steps';
import { resultOf } from '../../../contract';
import { at, attempt, PLACEMENT, view } from '../support/status-fixture';

it('counts what is alive of a run, by its tag', async () => {
  const asked: unknown[] = [];
  const left = await findLeftovers(
    {
      describeInstances: async (query) => {
        asked.push(query.tags);
        return ['running', 'terminated', 'shutting-down', 'stopped'].map((state, i) => ({
          id: `i-${i}`,
          state: state as 'running',
          volumeIds: [],
          tags: {},
        }));
      },
      describeVolumes: async (tags) => {
        asked.push(tags);
        return [
          { id: 'vol-1', state: 'in-use', instanceIds: [], tags: {} },
          { id: 'vol-2', state: 'deleting', instanceIds: [], tags: {} },
        ];
      },
      describeSpotRequests: async (tags) => {
        asked.push(tags);
        return ['open', 'active', 'closed', 'cancelled'].map((state) => ({ id: `sir-${state}`, state, tags: {} }));
      },
    },
    'feed',
  );
  expect(left).toEqual({
    instances: ['i-0', 'i-2', 'i-3'],
    volumes: ['vol-1'],
    spotRequests: ['sir-open', 'sir-active'],
  });
  expect(countLeftovers(left)).toBe(6);
  expect(asked).toEqual(Array(3).fill({ 'trainctl:run-key': 'feed' }));
});

describe('a run that Temporal has ended', () => {
  const HOUR = 3600;
  const cut = view({
    phase: 'ended',
    cut: 'terminated',
    endedAt: at(HOUR),
    costUsd: 0.36,
    attempts: [attempt(1, { launchedAt: at(0), costUsd: 0.36 })],
  });
  const nothing = { instances: [], volumes: [], spotRequests: [] };
  const costs = (after: Parameters<typeof withRealEnds>[1], now = 3 * HOUR) =>
    withRealEnds(cut, after, new Date(at(now)));

  it('costs until its instance was seen gone, and says when that was', () => {
    const ended = [{ instance: 'i-1', at: at(1.5 * HOUR), reason: 'its run has closed' }];
    const told = costs({ ended, left: nothing });
    expect(told.costUsd).toBeCloseTo(0.54, 9);
    expect(told.attempts).toMatchObject([{ terminatedAt: at(1.5 * HOUR), costUsd: expect.closeTo(0.54, 9) }]);
    expect(told.stillCosts).toBeUndefined();
  });

  it('costs until now while EC2 shows it alive, and says until when that may be', () => {
    const told = costs({ ended: [], left: { ...nothing, instances: ['i-1'], volumes: ['vol-1'] } });
    expect(told.costUsd).toBeCloseTo(1.08, 9);
    expect(told.stillCosts).toEqual({ ids: ['i-1', 'vol-1'], hourlyUsd: 0.36, endsBy: at(HOUR + 120) });
    const lease = { leaseSeconds: 1800, graceSeconds: 60 };
    const known = costs({ ended: [], left: { ...nothing, instances: ['i-1'] }, lease });
    expect(known.stillCosts?.leaseEndsBy).toBe(at(HOUR + 60 + 1800 + 60 + 60));
  });

  it('costs what it did at least where nobody knows, and that is said', () => {
    expect(costs({ ended: [], left: nothing }).costUsd).toBeCloseTo(0.36, 9);
    const told = costs({ ended: [], left: new Error('no route') });
    expect(told).toMatchObject({ costUsd: 0.36, stillCosts: { ids: [], unknown: 'EC2 does not say (no route)' } });
  });

  it('costs at least what is known while nobody has seen its instance go, and also where its launch was under way', () => {
    const unseen = costs({ ended: [], left: nothing });
    expect([unseen.leastUsd, resultOf({ ...unseen, outcome: 'cancelled' }, 0).leastUsd]).toEqual([true, true]);
    expect(costs({ ended: [], left: new Error('no route') }).leastUsd).toBe(true);
    const strangers = { ...nothing, instances: ['i-1', 'i-of-nobody'] };
    expect(costs({ ended: [], left: strangers }).leastUsd).toBe(true);
    const last = { placement: PLACEMENT, at: at(HOUR), try: 1 };
    const told = (more: object, status: object = {}) => {
      const { instanceId: _, ...attempts } = attempt(1, more);
      return withRealEnds(
        { ...cut, ...status, attempts: [attempts] },
        { ended: [], left: nothing },
        new Date(at(HOUR)),
      );
    };
    expect(told({ tries: [last] }).leastUsd).toBe(true);
    expect(told({ tries: [{ ...last, code: 'InsufficientInstanceCapacity' }] }).leastUsd).toBeUndefined();
    expect(told({ tries: [last] }, { retiredAttempts: [1] }).leastUsd).toBeUndefined();
    expect(withRealEnds({ ...cut, attempts: [] }, { ended: [], left: nothing }, new Date()).leastUsd).toBe(true);
  });

  it('costs what it did once that was seen, whether EC2 shows it alive or gone, and with attempts that are not told any more', () => {
    const ended = [{ instance: 'i-1', at: at(1.5 * HOUR), reason: 'its run has closed' }];
    expect(costs({ ended, left: nothing })).not.toHaveProperty('leastUsd');
    expect(costs({ ended: [], left: { ...nothing, instances: ['i-1'] } })).not.toHaveProperty('leastUsd');
    const long = { ...cut, costUsd: 10.36, attemptCount: 30 };
    expect(withRealEnds(long, { ended, left: nothing }, new Date()).costUsd).toBeCloseTo(10.54, 9);
    const closing = { ...cut, costUsd: 10, attempts: [attempt(1, { launchedAt: at(0), costUsd: 0 })] };
    const ending = { outcome: 'cancelled' as const, cut: 'terminated' as const };
    expect(cutShort(closing, { closeTime: new Date(at(HOUR)) }, ending)).toMatchObject({
      costUsd: expect.closeTo(10.36, 9),
      attempts: [{ costUsd: expect.closeTo(0.36, 9) }],
    });
  });

  it('is told in a list as it is by itself: its cost, whether that is all, and what EC2 shows of it', async () => {
    const { run, runKey, name, project, phase, startedAt } = cut;
    const more = { attemptCount: 1, placement: null, step: null, costUsd: 0.1, cleanupPending: false };
    const entry = { run, runKey, name, project, phase, startedAt, outcome: 'cancelled' as const, ...more };
    const ended = { ...entry, cut: 'terminated' as const, leastUsd: true as const, endedAt: at(HOUR) };
    const entries = [ended, { ...entry, endedAt: at(HOUR) }, { ...ended, runKey: 'fedcba9876543210' }];
    const { leastUsd: _, ...known } = ended;
    const now = Date.parse(at(3 * HOUR));
    const list = (of: typeof entries, tell: CutSources['tell'], left: Leftovers = nothing) =>
      afterCuts(of, { tell, leftovers: async () => left }, now);
    const [first, ...others] = await list(entries, async () => costs({ ended: [], left: nothing }));
    expect([first, others]).toEqual([{ ...ended, costUsd: expect.closeTo(0.36, 9) }, [undefined, undefined]]);
    const alive = await list([ended], async () => costs({ ended: [], left: { ...nothing, instances: ['i-1'] } }));
    expect(alive).toEqual([{ ...known, costUsd: expect.closeTo(1.08, 9), stillCosts: ['i-1'] }]);
    const silent = () => Promise.reject(new Error('no route'));
    expect(await list([ended], silent)).toEqual([undefined]);
    expect(await list([ended], async () => undefined)).toEqual([undefined]);
    // EC2 is asked beside the status, which may be silent, or have heard nothing of EC2 itself.
    const still = { instances: ['i-1'], volumes: ['vol-1'], spotRequests: ['sir-1'] };
    const shown = { ...ended, stillCosts: ['i-1', 'vol-1', 'sir-1'] };
    expect(await list([ended], silent, still)).toEqual([shown]);
    const unsaid = async () => costs({ ended: [], left: new Error('no route') });
    expect(await list([ended], unsaid, still)).toEqual([{ ...shown, costUsd: expect.closeTo(0.36, 9) }]);
  });
});

it('asks EC2 alone of runs that no worker tells of in time, and nobody of those that were ended more than a day ago', async () => {
  const { run, runKey, name, project, phase, startedAt } = view({ phase: 'ended' });
  const entry = { run, runKey, name, project, phase, startedAt, outcome: 'cancelled' as const, attemptCount: 1 };
  const more = { placement: null, step: null, costUsd: 0.1, cleanupPending: false, leastUsd: true as const };
  const cutAt = (seconds: number) => ({ ...entry, ...more, cut: 'terminated' as const, endedAt: at(seconds) });
  const asked: string[] = [];
  const never = new Promise<never>(() => undefined);
  jest.useFakeTimers();
  try {
    const told = afterCuts(
      [cutAt(0), cutAt(-86_400)],
      {
        tell: ({ endedAt }) => {
          asked.push(`status ${endedAt}`);
          return never;
        },
        leftovers: async () => {
          asked.push('EC2');
          return { instances: ['i-1'], volumes: [], spotRequests: [] };
        },
      },
      Date.parse(at(60)),
    );
    await jest.advanceTimersByTimeAsync(3000);
    expect(await told).toEqual([{ ...cutAt(0), stillCosts: ['i-1'] }, undefined]);
    expect(asked.sort()).toEqual(['EC2', `status ${at(0)}`]);
  } finally {
    jest.useRealTimers();
  }
});

it('says which steps are paused in Temporal, by whom and why', () => {
  const supervise = { activityId: '8', activityType: { name: 'supervise' } };
  const pauseInfo = { pauseTime: { seconds: 1_772_366_400 }, manual: { identity: 'ann@desk', reason: 'to look' } };
  const raw = { pendingActivities: [supervise, { ...supervise, paused: true, pauseInfo }] };
  expect(pausedSteps({ raw } as never)).toEqual([
    { step: 'supervise', activityId: '8', since: '2026-03-01T12:00:00.000Z', by: 'ann@desk', reason: 'to look' },
  ]);
});
