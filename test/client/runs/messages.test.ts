import type { Client } from '@temporalio/client';
import { nextFor, type Orderer, stopRun } from '../../../client/runs/messages';

/** A Temporal that says once which queue a run waits on, which nobody polls, and nothing after that. */
function fadingServer(): Client {
  let described = 0;
  const lost = (): Error => Object.assign(new Error('lost'), { code: 9, details: '', metadata: {} });
  const handle = {
    executeUpdate: () => Promise.reject(lost()),
    describe: async () => {
      described += 1;
      if (described > 1) throw lost();
      return { taskQueue: 'any', raw: {} };
    },
  };
  const fake = {
    options: { namespace: 'default' },
    withDeadline: (_: unknown, call: () => unknown) => call(),
    workflow: { getHandle: () => handle },
    workflowService: { describeTaskQueue: async () => ({ pollers: [] }) },
  };
  return fake as unknown as Client;
}

test.each([
  ['default', 'trainctl:'],
  ['team-a', 'trainctl:team-a:'],
])(
  'that nobody polls is said of the queue of the installation %s where the run’s own is not known',
  async (installation, said) => {
    const by: Orderer = { client: fadingServer(), settings: { installation } };
    const run = { workflowId: 'r', runId: '', runKey: 'k' };
    await expect(stopRun(by, run, { mode: 'graceful' })).rejects.toMatchObject({
      code: 'no-worker',
      message: expect.stringContaining(`polls the task queue ${said}`),
    });
  },
);

test.each([
  ['trainctl', 'default', /^start one: trainctl worker/],
  ['trainctl:team-a', 'team-a', /^start one: trainctl worker/],
  ['trainctl', 'team-a', /older release.*keep a worker of that release.*upgrade-the-worker/],
])('what helps a run that waits on %s for nobody is said to %s', (queue, installation, next) => {
  expect(nextFor(queue, { installation })).toMatch(next);
});
