import { readFileSync } from 'node:fs';
import { createClient, type TrainctlClient } from '../../client';
import { aliveOf, local } from '../support/cloud';
import { count, keptItsPromises, withCheckpoint } from '../support/counting';

// More than a minute for the third instance, because EC2 bills no less: by `npm run test:faults`.
const long = process.env.LONG_TESTS ? test : test.skip;

jest.setTimeout(240_000);

let client: TrainctlClient;
beforeAll(async () => {
  client = await createClient();
});
afterAll(() => client?.close());

/** On demand, dollars an hour; the disk adds less than a thousandth. */
const TYPE = 'p4d.24xlarge';
const HOURLY = 32.7726;

/** Each of the first two is billed for its minute; the limit is reached when the third has been there for this long. */
const IN_THE_THIRD = 66;

long('the budget is reached in the third attempt: stopped within 5 s, saved, with the sum over the three', async () => {
  const maxCostUsd = Number((((60 + 60 + IN_THE_THIRD) * HOURLY) / 3600).toFixed(4));
  const run = await count(client, 'dear', {
    steps: 10_000,
    resources: { instanceTypes: [TYPE], market: 'on-demand' },
    limits: { maxCostUsd },
  });
  for (const attempt of [1, 2]) await local('POST', `instances/${await withCheckpoint(run, attempt)}/kill`, {});
  const { result, status } = await keptItsPromises(run);
  expect(result).toMatchObject({ outcome: 'budget', attemptCount: 3, interruptions: 2, leftovers: 0 });

  // What the first two had cost, and then the third's seconds: the command was told at the limit, and not a second before.
  const [first, second, third] = status.attempts;
  const rate =
    (third?.costUsd ?? 0) / ((Date.parse(third?.terminatedAt ?? '') - Date.parse(third?.launchedAt ?? '')) / 1000);
  const left = maxCostUsd - (first?.costUsd ?? 0) - (second?.costUsd ?? 0);
  const limitAt = Date.parse(third?.launchedAt ?? '') / 1000 + left / rate;
  const lastStepAt = Number(readFileSync(run.audit, 'utf8').trim().split('\n').at(-1)?.split(' ')[0]);
  expect(lastStepAt).toBeGreaterThanOrEqual(limitAt - 1);
  expect(lastStepAt).toBeLessThanOrEqual(limitAt + 5);
  expect(third).toMatchObject({ ended: 'stopped', exitCode: 143 });
  expect(status.lastCheckpoint).toMatchObject({ attempt: 3, step: result.finalStep });

  const parts =
    /\(\$(\S+) \+ \$(\S+) \+ \$(\S+) over 3 attempts\)/
      .exec(result.reason ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  expect(parts).toHaveLength(3);
  expect(parts.reduce((a, b) => a + b)).toBeCloseTo(maxCostUsd, 1);
  expect(await aliveOf(run.run)).toEqual([]);
});
