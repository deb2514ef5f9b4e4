import { FAILURES } from '../../../../contract';
import { FIRST_PAUSE } from '../../../../workflows/rules/chains';
import { stageFor } from '../../support/scene';
import { statusWhere } from '../../support/status';

const play = stageFor('real');

/** While this step of the first attempt is under way, and never answers. */
const STEPS = ['awaitReachable', 'syncCode', 'installDependencies', 'fetchInputs'] as const;
const inputs = [{ from: 's3://b/k', to: 'data/k' }];

it.concurrent.each(STEPS)(
  'an instance that is lost during %s is an interruption, at once',
  play<[(typeof STEPS)[number]]>(async ({ world, start, endOf }, step) => {
    world.scripts[0] = { seconds: 1 };
    world.faults.arm({ activity: step, when: 'lasts' });
    const handle = await start({ inputs, retry: { failures: 0, interruptions: 1 } });
    await world.until(() => world.count(step) > 0);
    world.of(1).terminate(Date.now(), 'Server.SpotInstanceTermination');
    const lostAt = Date.now();
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1, leftovers: 0 } });
    // By the word of EC2, and not by a later try of the step.
    expect(world.calls.filter((c) => c.attempt === 1 && c.activity === step)).toHaveLength(1);
    expect(world.firstCall('launchInstance', 2) - lostAt).toBeGreaterThanOrEqual(FIRST_PAUSE * 1000);
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
    const before = { seconds: 600, noticeAfter: 1, noticeSeconds: 600, stopTakes: 600 };
    world.scripts = { 1: before, 0: { seconds: 1 } };
    const handle = await start({});
    await world.until(() => world.calls.some((c) => c.activity === 'installDependencies' && c.attempt === 2));
    world.of(2).terminate(Date.now(), 'Server.SpotInstanceTermination');
    await statusWhere(handle, ({ attempts }) => attempts[1]?.ended !== undefined);
    before.stopTakes = 0;
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

const DAYS = 86_400_000;

it.concurrent(
  'maintenance that is scheduled for later is shown; it is obeyed when it is near',
  play(async ({ world, start, endOf }) => {
    world.scripts[0] = { seconds: 1 };
    world.faults.arm({ activity: 'installDependencies', when: 'hang' });
    const handle = await start({ retry: { failures: 0 } });
    await world.until(() => world.count('installDependencies') > 0);
    const at = Date.now() + 14 * DAYS;
    world.of(1).scheduled = { action: 'instance-retirement', at };
    const { attempts, warnings } = await statusWhere(handle, (s) => s.attempts[0]?.scheduled !== undefined);
    const scheduled = { source: 'maintenance', action: 'instance-retirement', time: new Date(at).toISOString() };
    expect(attempts).toMatchObject([{ scheduled }]);
    expect(warnings?.at(-1)?.message).toMatch(/scheduled maintenance .*\(instance-retirement\), not before .* 15 min/);
    expect(attempts[0]?.ended).toBeUndefined();
    const soon = new Date(Date.now() + 600_000).toISOString();
    world.of(1).scheduled = { action: 'system-reboot', at: Date.parse(soon) };
    expect(await endOf(handle)).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1 } });
    const [first] = world.summaries[0]?.status.attempts ?? [];
    expect(first).toMatchObject({
      ended: 'interrupted',
      notice: { action: 'system-reboot', time: soon },
      reason: `EC2 gave notice of maintenance at ${soon} (system-reboot)`,
    });
    expect(first).not.toHaveProperty('scheduled');
    // What is not near is answered once.
    expect(world.calls.filter((c) => c.activity === 'hearEc2' && c.attempt === 1)).toHaveLength(2);
  }),
);

it.concurrent(
  'of a training its host says what is scheduled, and what no more; it goes on',
  play(async ({ world, run }) => {
    const scheduled = (action: string) => ({
      source: 'maintenance' as const,
      action,
      time: '2099-01-21T09:00:43.000Z',
    });
    const tells = [scheduled('instance-stop'), null, scheduled('system-reboot')].map((notice) => ({
      after: 0.1,
      event: () => ({ kind: 'scheduled' as const, notice }),
    }));
    world.scripts = { 1: { seconds: 600, lostAfter: 1, tells }, 2: { seconds: 1, tells: tells.slice(0, 2) } };
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1 } });
    const { attempts = [], warnings = [] } = world.summaries[0]?.status ?? {};
    expect(attempts.map((a) => [a.scheduled?.action, a.notice])).toEqual([
      ['system-reboot', undefined],
      [undefined, undefined],
    ]);
    expect(warnings.filter(({ message }) => message.includes('EC2 has scheduled maintenance'))).toHaveLength(3);
  }),
);
