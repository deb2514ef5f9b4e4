import { type FakeWorld, placementOf } from '../../support/fake-world';
import { Stage } from '../support/temporal';

let stage: Stage;
let world: FakeWorld;

beforeAll(async () => {
  stage = await Stage.open('skipping');
});

afterAll(() => stage?.close());

beforeEach(() => {
  world = stage.fresh();
});

afterEach(() => {
  expect(world.alive()).toEqual([]);
  expect(world.breaches).toEqual([]);
});

/** Seconds from the first call of the run to when the agent was told to stop. */
const toldAfter = (): number => (world.firstCall('stopTraining') - world.firstCall('resolveRun')) / 1000;

describe('deadline', () => {
  it('stops the training at the deadline, not a second before, with a last checkpoint', async () => {
    world.scripts[0] = { seconds: 1e6 };
    world.pollSeconds = 30;
    const ended = await stage.run({ limits: { maxDurationSeconds: 7200 } });
    expect(ended).toMatchObject({ how: 'deadline', message: expect.stringContaining('limits.maxDuration is over') });
    expect(toldAfter()).toBeGreaterThanOrEqual(7199);
    expect(toldAfter()).toBeLessThan(7205);
    const status = world.summaries[0]?.status;
    expect(status?.lastCheckpoint?.step).toBeGreaterThan(7000);
    expect(status?.warnings?.[0]?.message).toContain('80 % of the time');
  });

  it('ends the wait for capacity', async () => {
    world.refuse({ refusal: 'capacity' });
    const ended = await stage.run({ limits: { maxDurationSeconds: 400, capacityWaitSeconds: 3600 } });
    expect(ended.how).toBe('deadline');
    expect(ended.seconds).toBeGreaterThanOrEqual(400);
    expect(ended.seconds).toBeLessThan(410);
  });

  it('ends the wait before a retry', async () => {
    world.scripts[0] = { seconds: 1, exitCode: 1 };
    const ended = await stage.run({ limits: { maxDurationSeconds: 300 }, retry: { failures: 100 } });
    expect(ended.how).toBe('deadline');
    expect(ended.seconds).toBeLessThan(330);
  });

  it('does not wait longer than grace and last words for a host that hangs', async () => {
    world.scripts[0] = { seconds: 1e6, deaf: true };
    const ended = await stage.run({ limits: { maxDurationSeconds: 600 }, checkpoints: { graceSeconds: 30 } });
    expect(ended.how).toBe('deadline');
    expect(ended.seconds).toBeGreaterThanOrEqual(645);
    expect(ended.seconds).toBeLessThan(665);
  });
});

describe('budget', () => {
  it('stops in the third attempt, with the sum over the three', async () => {
    // $3.60 an hour is a tenth of a cent a second.
    world.placements = [placementOf({ hourlyUsd: 3.6 })];
    world.scripts = { 0: { seconds: 1e6, lostAfter: 350 }, 3: { seconds: 1e6 } };
    const ended = await stage.run({ limits: { maxCostUsd: 1 } });
    expect(ended).toMatchObject({
      how: 'budget',
      message: expect.stringMatching(/\$1\.00 \(\$0\.35\d+ \+ \$0\.35\d+ \+ \$0\.\d+ over 3 attempts\) of \$1\.00/),
      result: { attemptCount: 3 },
    });
    expect(ended.result?.costUsd).toBeGreaterThanOrEqual(1);
    expect(ended.result?.costUsd).toBeLessThan(1.05);
  });

  it('never launches what it could not pay for a minute', async () => {
    world.placements = [placementOf({ hourlyUsd: 100 })];
    const ended = await stage.run({ limits: { maxCostUsd: 1 } });
    expect(ended).toMatchObject({
      how: 'budget',
      message: expect.stringContaining('no placement'),
      result: { costUsd: 0 },
    });
    expect(world.instances).toEqual([]);
  });

  it('passes over dear placements while a cheap one is left', async () => {
    world.placements = [placementOf({ hourlyUsd: 100 }), placementOf({ zone: 'us-east-1b', hourlyUsd: 1 })];
    expect(await stage.run({ limits: { maxCostUsd: 1 } })).toMatchObject({ how: 'succeeded' });
    expect(world.of(1).placement.zone).toBe('us-east-1b');
  });
});
