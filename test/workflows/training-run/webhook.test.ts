import { ApplicationFailure } from '@temporalio/common';
import type { WebhookMessage } from '../../../contract';
import type { FakeWorld } from '../../support/fake-world';
import { Stage } from '../support/temporal';

let stage: Stage;
let world: FakeWorld;
let heard: WebhookMessage[];
beforeAll(async () => {
  stage = await Stage.open('real');
});
afterAll(() => stage?.close());
beforeEach(() => {
  world = stage.fresh();
  world.webhook = true;
  heard = [];
  stage.notify.postWebhook = async (message) => {
    heard.push(message);
    return { sent: true };
  };
});

/** A message is carried by a workflow of its own, which may still be under way when the run has closed. */
const until = async (count: number): Promise<string[]> => {
  await world.until(() => heard.length >= count);
  return heard.map(({ event }) => event).sort();
};

it('hears of an interruption and of the end, each once, with facts', async () => {
  world.scripts = { 1: { seconds: 600, noticeAfter: 0.3, noticeSeconds: 2, stopTakes: 0.3 }, 2: { seconds: 0.3 } };
  expect(await stage.run({ name: 'digits' }, 'told')).toMatchObject({ how: 'succeeded' });
  expect(await until(2)).toEqual(['ended', 'interrupted']);
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
});

it('hears of an instance lost without notice', async () => {
  world.scripts = { 1: { seconds: 600, lostAfter: 0.3 }, 2: { seconds: 0.3 } };
  await stage.run({});
  expect(await until(2)).toEqual(['ended', 'interrupted']);
});

it('hears of a cleanup that keeps failing, while it does', async () => {
  world.scripts[0] = { seconds: 0.3 };
  const refused = (): Error => ApplicationFailure.nonRetryable('i-1 is still running: UnauthorizedOperation');
  world.faults.arm({ activity: 'terminateAttempt', when: 'before', times: 1, error: refused });
  expect(await stage.run({})).toMatchObject({ how: 'succeeded' });
  expect(await until(2)).toEqual(['cleanup-pending', 'ended']);
});

it('a webhook that fails, whatever it does, changes neither outcome nor time', async () => {
  world.scripts[0] = { seconds: 0.3 };
  let tries = 0;
  stage.notify.postWebhook = async () => {
    tries += 1;
    throw ApplicationFailure.retryable('the webhook answered 500');
  };
  const troubled = await stage.run({});
  expect(troubled.how).toBe('succeeded');
  expect(troubled.seconds).toBeLessThan(10);
  await world.until(() => tries > 1);
});

it('one that never answers is not waited for', async () => {
  world.scripts[0] = { seconds: 1, exitCode: 3 };
  let release = (): void => undefined;
  const asked = new Promise<void>((told) => {
    stage.notify.postWebhook = () => {
      told();
      return new Promise((resolve) => {
        release = () => resolve({ sent: true });
      });
    };
  });
  expect(await stage.run({})).toMatchObject({ how: 'failed' });
  await asked;
  release();
});

it('is not called when the settings name none', async () => {
  world.webhook = false;
  world.scripts[0] = { seconds: 0.3 };
  const quiet = await stage.run({}, 'quiet');
  expect([quiet.how, heard.filter(({ run }) => run === 'quiet')]).toEqual(['succeeded', []]);
});
