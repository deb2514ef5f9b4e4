import { FAILURES } from '../../../contract';
import { countEvents } from '../support/count-events';
import { stageFor } from '../support/scene';

const play = stageFor('skipping');

describe('success', () => {
  it(
    'trains once, leaves nothing, and takes some 100 events',
    play(async ({ world, start, endOf }) => {
      const handle = await start({ inputs: [{ from: 's3://bucket/data/', to: 'data/' }] });
      const ended = await endOf(handle);
      expect(ended).toMatchObject({
        how: 'succeeded',
        result: { attemptCount: 1, interruptions: 0, resumedFromStep: null, finalStep: 60, leftovers: 0 },
      });
      const { events, tasks, news } = await countEvents(handle);
      // On a machine that is not busy, 13 to 15 tasks of three events each answer all news; on a busy one each has its own, and
      // one may be made twice.
      expect(events - 3 * tasks).toBeLessThanOrEqual(51);
      expect(tasks).toBeLessThanOrEqual(2 * news);
      expect(world.summaries).toHaveLength(1);
      expect(world.summaries[0]?.status).toMatchObject({ phase: 'ended', outcome: 'succeeded', attemptCount: 1 });
      expect(world.summaries[0]?.result).toEqual(ended.result);
    }),
  );
});

describe('invalid', () => {
  it.each([{ input: undefined }, { input: 'a text' }, { input: 7 }, { input: null }])(
    'ends at once for $input',
    play(async ({ world, run }, { input }) => {
      const ended = await run(input);
      expect(ended).toMatchObject({ how: 'invalid', message: expect.stringContaining('must be a JSON object') });
      expect(world.calls.map((c) => c.activity)).toEqual(['resolveRun']);
    }),
  );
});

describe('failed', () => {
  it(
    'says how the command exited and what it wrote last',
    play(async ({ world, run }) => {
      world.scripts[1] = { exitCode: 1, tail: 'Traceback (most recent call last):\nValueError: banana' };
      const ended = await run({});
      expect(ended).toMatchObject({
        how: 'failed',
        message: expect.stringMatching(/^exited 1 · .* · ValueError: banana$/),
      });
      expect(ended.result).toMatchObject({ attemptCount: 1, leftovers: 0 });
    }),
  );

  it(
    'starts again as often as retry.failures allows, later each time',
    play(async ({ world, run }) => {
      world.scripts[0] = { seconds: 10, exitCode: 1 };
      const ended = await run({ retry: { failures: 2 } });
      expect(ended).toMatchObject({ how: 'failed', message: expect.stringContaining('retry.failures allows 2') });
      expect(ended.result).toMatchObject({ attemptCount: 3, interruptions: 0 });
      const starts = [1, 2, 3].map((n) => world.firstCall('launchInstance', n) / 1000);
      expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(15);
      expect((starts[2] ?? 0) - (starts[1] ?? 0)).toBeGreaterThanOrEqual(20);
    }),
  );

  it(
    'resumes from the last checkpoint when it starts again',
    play(async ({ world, run }) => {
      world.scripts = { 1: { seconds: 10, exitCode: 1 }, 2: { seconds: 5 } };
      const ended = await run({ retry: { failures: 1 } });
      expect(ended).toMatchObject({
        how: 'succeeded',
        result: { attemptCount: 2, resumedFromStep: 10, finalStep: 15 },
      });
    }),
  );

  it(
    'restarts listed exit codes without spending failures',
    play(async ({ world, run }) => {
      world.scripts = { 1: { exitCode: 75, seconds: 1 }, 2: { exitCode: 75, seconds: 1 }, 3: { seconds: 1 } };
      const ended = await run({ retry: { exitCodes: [75] } });
      expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 3 } });
    }),
  );

  it(
    'never retries a failed installation',
    play(async ({ world, run }) => {
      const message = 'pip could not install nosuch==1\nERROR: No matching distribution found for nosuch==1';
      world.scripts[0] = { fails: { step: 'installDependencies', type: FAILURES.failed, message } };
      const ended = await run({ retry: { failures: 5 } });
      expect(ended).toMatchObject({
        how: 'failed',
        message: message.replace('\n', ' · '),
        result: { reason: message },
      });
      expect(world.count('installDependencies')).toBe(1);
      expect(world.count('startTraining')).toBe(0);
    }),
  );
});

describe('interrupted and unreachable', () => {
  it(
    'goes on elsewhere after a loss, from the checkpoint, at the cost of no failure',
    play(async ({ world, run }) => {
      world.scripts = { 1: { lostAfter: 20 }, 2: { seconds: 5 } };
      const ended = await run({});
      expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1 } });
      expect([world.of(1).placement.zone, world.of(2).placement.zone]).toEqual(['us-east-1a', 'us-east-1b']);
    }),
  );

  it(
    'ends when retry.interruptions is used up, and names the last',
    play(async ({ world, run }) => {
      world.scripts[0] = { lostAfter: 20 };
      const ended = await run({ retry: { interruptions: 1 } });
      expect(ended).toMatchObject({
        how: 'interrupted',
        message: expect.stringMatching(/attempt 2 on i-2 .*Server\.SpotInstanceTermination.*interruption 2.*allows 1/),
        result: { attemptCount: 2, interruptions: 2 },
      });
    }),
  );

  it(
    'ends as unreachable when silence used up the interruptions',
    play(async ({ world, run }) => {
      world.scripts[0] = { silentAfter: 20 };
      const ended = await run({ retry: { interruptions: 1 } });
      expect(ended).toMatchObject({ how: 'unreachable', result: { attemptCount: 2 } });
    }),
  );

  it(
    'never trains beside a silent host that may be training still',
    play(async ({ world, run }) => {
      world.scripts = { 1: { silentAfter: 20, seconds: 86_400 }, 2: { seconds: 5 } };
      const ended = await run({});
      expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2 } });
      expect(world.firstCall('startTraining', 2)).toBeGreaterThanOrEqual(
        world.of(1).endedAt ?? Number.POSITIVE_INFINITY,
      );
    }),
  );

  it(
    'never connects to a host with another key, and says so',
    play(async ({ world, run }) => {
      const message = 'i-1 proved SHA256:x instead of SHA256:y';
      world.scripts[0] = { fails: { step: 'awaitReachable', type: FAILURES.hostKeyMismatch, message } };
      const ended = await run({ retry: { interruptions: 0 } });
      expect(ended).toMatchObject({
        how: 'unreachable',
        message: expect.stringContaining(`never connected to: ${message}`),
      });
      expect(world.count('syncCode')).toBe(0);
    }),
  );

  it(
    'ends after three attempts in a row that never trained, with what they have in common, and pauses between them',
    play(async ({ world, run }) => {
      const fails = (n: number) => ({
        step: 'awaitReachable' as const,
        type: FAILURES.hostKeyMismatch,
        message: `i-${n} proved SHA256:x instead of SHA256:y`,
      });
      world.scripts = { 1: { fails: fails(1) }, 2: { fails: fails(2) }, 3: { fails: fails(3) } };
      const ended = await run({});
      expect(ended).toMatchObject({
        how: 'unreachable',
        message: expect.stringMatching(
          /^attempt 3 on i-3 .*: 3 attempts in a row never trained, each ended at reach, on g5.xlarge spot: never connected to: the instance proved SHA256:x instead of SHA256:y$/,
        ),
        result: { attemptCount: 3, interruptions: 3, leftovers: 0 },
      });
      const pause = (n: number) => world.firstCall('launchInstance', n + 1) - world.firstCall('awaitReachable', n);
      expect(pause(1)).toBeGreaterThanOrEqual(15_000);
      expect(pause(2)).toBeGreaterThanOrEqual(30_000);
    }),
  );

  it(
    'goes on past two attempts that never trained when the third does',
    play(async ({ world, run }) => {
      const lost = { step: 'syncCode', type: FAILURES.instanceLost, message: 'it is gone' } as const;
      world.scripts = {
        1: { fails: lost },
        2: { fails: lost },
        3: { lostAfter: 20 },
        4: { fails: lost },
        5: { seconds: 5 },
      };
      expect(await run({})).toMatchObject({ how: 'succeeded', result: { attemptCount: 5, interruptions: 4 } });
    }),
  );

  it(
    'takes another instance when one is lost while it is being prepared',
    play(async ({ world, run }) => {
      world.scripts = { 1: { fails: { step: 'syncCode', type: FAILURES.instanceLost, message: 'i-1 is gone' } } };
      const ended = await run({});
      expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1 } });
    }),
  );
});
