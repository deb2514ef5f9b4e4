import { stageFor } from '../../support/scene';

const play = stageFor('skipping');

/** Lost after its third checkpoint. */
const LOST = { seconds: 600, checkpointEvery: 10, lostAfter: 35 };
/** Ends by itself before it has reported anything. */
const DIES = { seconds: 0.5, exitCode: 1, tail: 'EOFError: Ran out of input' };

it(
  'takes the checkpoint before, when a resume dies before it gets past its own; that spends no failure',
  play(async ({ world, run }) => {
    world.scripts = { 1: LOST, 2: DIES, 3: DIES, 4: { seconds: 20 } };
    const ended = await run({ retry: { failures: 0 } });
    expect(ended).toMatchObject({
      how: 'succeeded',
      result: { attemptCount: 4, interruptions: 1, resumedFromStep: 10 },
    });
    // It had been at 35 before; the attempts between have reported nothing.
    expect(ended.result?.stepsLost).toBe(25);
    const status = world.summaries[0]?.status;
    expect(status).toMatchObject({ failures: 0, outcome: 'succeeded' });
    expect(status?.attempts.map(({ restored, failedToResume }) => [restored?.step, failedToResume])).toEqual([
      [undefined, undefined],
      [30, true],
      [20, true],
      [10, undefined],
    ]);
    expect(status?.attempts[1]?.reason).toBe('exited 1 before it got past step 30, from which it was to resume');
    expect(status?.warnings?.map(({ message }) => message)).toContain(
      'attempt 2 failed to resume from step 30 (exited 1): the next takes the one before',
    );
  }),
);

it(
  'goes down to the beginning; a failure there is that of the command, in its own words',
  play(async ({ world, run }) => {
    world.scripts = { 0: DIES, 1: LOST };
    const ended = await run({ retry: { failures: 0 } });
    expect(ended).toMatchObject({ how: 'failed', message: expect.stringMatching(/^exited 1 · .*Ran out of input$/) });
    // Three checkpoints, and then none.
    expect(ended.result).toMatchObject({ attemptCount: 5, interruptions: 1 });
    expect(world.summaries[0]?.status).toMatchObject({ failures: 1 });
    expect(world.summaries[0]?.status.attempts[4]).not.toHaveProperty('restored');
  }),
);

it(
  'begins with the newest again after that, if failures are left, and blames no checkpoint twice',
  play(async ({ world, run }) => {
    world.scripts = { 0: DIES, 1: LOST, 7: { seconds: 5 } };
    const ended = await run({ retry: { failures: 2 } });
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 7 } });
    const { attempts, failures } = world.summaries[0]?.status ?? { attempts: [] };
    expect(failures).toBe(2);
    expect(attempts.map(({ restored }) => restored?.step)).toEqual([undefined, 30, 20, 10, undefined, 30, 30]);
  }),
);

it(
  'does so by checkpoints, where nothing reports steps',
  play(async ({ world, run }) => {
    const silent = { reports: false as const };
    world.scripts = {
      1: { ...LOST, ...silent },
      2: { ...DIES, ...silent },
      3: { ...silent, seconds: 15, checkpointEvery: 10, exitCode: 1 },
      4: { ...silent, seconds: 5 },
    };
    const ended = await run({ retry: { failures: 1 } });
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 4, resumedFromStep: null } });
    expect(ended.result).not.toHaveProperty('stepsLost');
    const { attempts, failures } = world.summaries[0]?.status ?? { attempts: [] };
    // The third had a checkpoint of its own: its failure is that of the command.
    expect(failures).toBe(1);
    expect(attempts.map(({ restored }) => restored && [restored.attempt, restored.number])).toEqual([
      undefined,
      [1, 3],
      [1, 2],
      [3, 2],
    ]);
  }),
);

it(
  'is no step back: an interruption, an exit code that asks for a restart, a failure further on',
  play(async ({ world, run }) => {
    world.scripts = {
      1: LOST,
      2: { seconds: 600, lostAfter: 0.5 },
      3: { ...DIES, exitCode: 75 },
      4: { seconds: 7, exitCode: 1 },
      5: { seconds: 5 },
    };
    const ended = await run({ retry: { failures: 1, exitCodes: [75] } });
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 5, interruptions: 2 } });
    const { attempts } = world.summaries[0]?.status ?? { attempts: [] };
    expect(attempts.some(({ failedToResume }) => failedToResume)).toBe(false);
    expect(attempts[3]?.restored?.step).toBe(30);
  }),
);

it(
  'stays within the limits of the run',
  play(async ({ world, run }) => {
    world.scripts = { 0: DIES, 1: LOST };
    const ended = await run({ limits: { maxDurationSeconds: 40 } });
    expect(ended).toMatchObject({ how: 'deadline' });
    expect(ended.result?.attemptCount).toBeLessThan(5);
  }),
);
