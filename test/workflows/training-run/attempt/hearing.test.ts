import { FAILURES } from '../../../../contract';
import { stageFor } from '../../support/scene';

const play = stageFor('real');

/** While this step of the first attempt is under way, and never answers. */
const STEPS = ['awaitReachable', 'syncCode', 'installDependencies', 'fetchInputs'] as const;
const inputs = [{ from: 's3://b/k', to: 'data/k' }];

it.concurrent.each(STEPS)(
  'an instance that is lost during %s is an interruption, at once',
  play<[(typeof STEPS)[number]]>(async ({ world, start, endOf }, step) => {
    world.scripts[0] = { seconds: 1 };
    world.faults.arm({ activity: step, when: 'hang' });
    const handle = await start({ inputs, retry: { failures: 0, interruptions: 1 } });
    await world.until(() => world.count(step) > 0);
    world.of(1).terminate(Date.now(), 'Server.SpotInstanceTermination');
    const lostAt = Date.now();
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1, leftovers: 0 } });
    expect(world.firstCall('launchInstance', 2) - lostAt).toBeLessThan(5_000);
    expect(world.summaries[0]?.status.attempts[0]).toMatchObject({
      ended: 'interrupted',
      reason: expect.stringContaining('i-1'),
    });
    // Nothing more of it is begun.
    expect(world.calls.filter((c) => c.attempt === 1 && c.activity === 'startTraining')).toEqual([]);
  }),
);

it.concurrent(
  'a notice during the install is one, too, and is shown as what it is',
  play(async ({ world, start, endOf }) => {
    world.scripts[0] = { seconds: 1 };
    world.faults.arm({ activity: 'installDependencies', when: 'hang' });
    const handle = await start({ retry: { failures: 0 } });
    await world.until(() => world.count('installDependencies') > 0);
    world.of(1).notify(Date.now());
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1, leftovers: 0 } });
    const [first] = world.summaries[0]?.status.attempts ?? [];
    expect(first).toMatchObject({ ended: 'interrupted', notice: { source: 'spot', action: 'terminate' } });
    expect(first?.reason).toContain('EC2 gave notice to terminate it');
  }),
);

it.concurrent(
  'a loss while a prepared host waits for the one before is one, too',
  play(async ({ world, start, endOf }) => {
    world.scripts = { 1: { seconds: 600, noticeAfter: 1, noticeSeconds: 60, stopTakes: 4 }, 0: { seconds: 1 } };
    const handle = await start({});
    await world.until(() => world.calls.some((c) => c.activity === 'installDependencies' && c.attempt === 2));
    world.of(2).terminate(Date.now(), 'Server.SpotInstanceTermination');
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 3, interruptions: 2, leftovers: 0 } });
    expect(world.calls.filter((c) => c.attempt === 2 && c.activity === 'startTraining')).toEqual([]);
  }),
);

it.concurrent(
  'that nobody can listen is no reason to end what works',
  play(async ({ world, run }) => {
    world.scripts[0] = { seconds: 1 };
    const denied = (): Error => Object.assign(new Error('UnauthorizedOperation'), { nonRetryable: true });
    world.faults.arm({ activity: 'hearEc2', when: 'before', times: 1e6, error: denied });
    expect(await run({})).toMatchObject({ how: 'succeeded', result: { attemptCount: 1 } });
  }),
);

it.concurrent(
  'a step that fails by itself is what it was',
  play(async ({ world, run }) => {
    const fails = { step: 'installDependencies' as const, type: FAILURES.failed, message: 'pip exited 1' };
    world.scripts[0] = { fails };
    expect(await run({})).toMatchObject({ how: 'failed', message: 'pip exited 1', result: { attemptCount: 1 } });
  }),
);
