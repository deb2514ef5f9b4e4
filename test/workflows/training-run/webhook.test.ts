import { ApplicationFailure } from '@temporalio/common';
import type { WebhookMessage } from '../../../contract';
import type { FakeWorld } from '../../support/fake-world';
import { stageFor } from '../support/scene';

const play = stageFor('real', ({ world }) => {
  world.webhook = true;
});

/** What the webhook of that world comes to hear. */
function hearing(world: FakeWorld): WebhookMessage[] {
  const heard: WebhookMessage[] = [];
  world.postWebhook = async (message) => {
    heard.push(message);
    return { sent: true };
  };
  return heard;
}

/** A message is carried by a workflow of its own, which may still be under way when the run has closed. */
async function until(world: FakeWorld, heard: WebhookMessage[], count: number): Promise<string[]> {
  await world.until(() => heard.length >= count);
  return heard.map(({ event }) => event).sort();
}

it.concurrent(
  'hears of an interruption and of the end, each once, with facts',
  play(async ({ world, run }) => {
    const heard = hearing(world);
    world.scripts = { 1: { seconds: 600, noticeAfter: 0.3, noticeSeconds: 60, stopTakes: 0.3 }, 2: { seconds: 0.3 } };
    expect(await run({ name: 'digits' }, 'told')).toMatchObject({ how: 'succeeded' });
    expect(await until(world, heard, 2)).toEqual(['ended', 'interrupted']);
    expect(heard.find(({ event }) => event === 'interrupted')).toMatchObject({
      run: 'told',
      runKey: 'key-told',
      name: 'digits',
      attempt: 1,
      instanceId: 'i-1',
      reason: expect.stringContaining('EC2 gave notice'),
    });
    expect(heard.find(({ event }) => event === 'ended')).toMatchObject({
      outcome: 'succeeded',
      attemptCount: 2,
      interruptions: 1,
      leftovers: 0,
    });
  }),
);

it.concurrent(
  'hears of alerts, each once, whoever repeats them, and of the failure that one of them is',
  play(async ({ world, run }) => {
    const heard = hearing(world);
    const first = { number: 1, kind: 'nan' as const, message: 'loss became NaN at step 4', at: '2026-11-30T12:00:00Z' };
    const late = { ...first, number: 2, message: 'acc became NaN at step 5' };
    const event = () => ({ kind: 'alert' as const, number: 1, alert: first.kind, message: first.message });
    world.scripts[0] = {
      seconds: 0.5,
      exitCode: 143,
      tells: [
        { after: 0, event },
        { after: 0.1, event },
      ],
      final: { stoppedBy: 'alert', stopAlert: first.message, alerts: [first, late], metrics: { loss: 'NaN' } },
    };
    const ended = await run({ retry: { failures: 5 } }, 'diverged');
    expect(ended).toMatchObject({
      how: 'failed',
      message: expect.stringContaining('loss became NaN at step 4 (alerts'),
    });
    expect(await until(world, heard, 3)).toEqual(['alert', 'alert', 'ended']);
    // Each is carried by a workflow of its own: in either order.
    const alerts = heard.flatMap((m) => (m.event === 'alert' ? [m.message] : []));
    expect(alerts.sort()).toEqual([first.message, late.message].sort());
    const status = world.summaries[0]?.status;
    expect(status).toMatchObject({ attemptCount: 1, lastMetrics: { loss: 'NaN' } });
    expect(status?.warnings?.map(({ message }) => message)).toEqual([
      `attempt 1: ${first.message}`,
      `attempt 1: ${late.message}`,
    ]);
  }),
);

it.concurrent(
  'hears of an instance lost without notice',
  play(async ({ world, run }) => {
    const heard = hearing(world);
    world.scripts = { 1: { seconds: 600, lostAfter: 0.3 }, 2: { seconds: 0.3 } };
    await run({});
    expect(await until(world, heard, 2)).toEqual(['ended', 'interrupted']);
  }),
);

it.concurrent(
  'hears of a cleanup that keeps failing, while it does',
  play(async ({ world, run }) => {
    const heard = hearing(world);
    world.scripts[0] = { seconds: 0.3 };
    const refused = (): Error => ApplicationFailure.nonRetryable('i-1 is still running: UnauthorizedOperation');
    world.faults.arm({ activity: 'terminateAttempt', when: 'before', times: 1, error: refused });
    expect(await run({})).toMatchObject({ how: 'succeeded' });
    expect(await until(world, heard, 2)).toEqual(['cleanup-pending', 'ended']);
  }),
);

it.concurrent(
  'a webhook that fails, whatever it does, changes neither outcome nor time',
  play(async ({ world, run }) => {
    world.scripts[0] = { seconds: 0.3 };
    let tries = 0;
    world.postWebhook = async () => {
      tries += 1;
      throw ApplicationFailure.retryable('the webhook answered 500');
    };
    const troubled = await run({});
    expect(troubled.how).toBe('succeeded');
    // All its tries would take eight minutes.
    expect(troubled.seconds).toBeLessThan(60);
    await world.until(() => tries > 1);
  }),
);

it.concurrent(
  'one that never answers is not waited for',
  play(async ({ world, run }) => {
    world.scripts[0] = { seconds: 1, exitCode: 3 };
    let release = (): void => undefined;
    const asked = new Promise<void>((told) => {
      world.postWebhook = () => {
        told();
        return new Promise((resolve) => {
          release = () => resolve({ sent: true });
        });
      };
    });
    expect(await run({})).toMatchObject({ how: 'failed' });
    await asked;
    release();
  }),
);

it.concurrent(
  'is not called when the settings name none',
  play(async ({ world, run }) => {
    const heard = hearing(world);
    world.webhook = false;
    world.scripts[0] = { seconds: 0.3 };
    const quiet = await run({}, 'quiet');
    expect([quiet.how, heard.filter(({ run }) => run === 'quiet')]).toEqual(['succeeded', []]);
  }),
);
