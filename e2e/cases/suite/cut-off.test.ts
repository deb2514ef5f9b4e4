import { EXIT_CODES, type SuiteResult, UNDO_STEP } from '../../../contract';
import { lastJson, succeeded } from '../../support/cli';
import { OwnStack } from '../../support/own-stack';
import { AwsCli, withAws } from '../../support/suite/awscli';
import { endOf, inTheMiddle } from '../../support/suite/follow';
import { temporalOf } from '../../support/temporal';

jest.setTimeout(600_000);

const CHEAPEST = 'training-workflow';
/** Its estimate is several times what is given. */
const DEAR = 'multi-instance';

const stack = new OwnStack();
const aws = new AwsCli(stack);
beforeAll(async () => {
  await stack.up();
});
afterAll(() => stack.close());

const client = () => {
  if (!stack.client) throw new Error('the stack is not up');
  return stack.client;
};

async function detached(): Promise<string> {
  return lastJson<{ suite: string }>(await succeeded(stack.cli('e2e', CHEAPEST, '--detach', '--json'))).suite;
}

withAws(
  'cancelled in the middle, and terminated in the middle; and a budget of $0.001: nothing is left of them',
  async () => {
    // To each it comes as soon as it is in the middle: none has ended while another is waited for.
    const inItsMiddle = async <T>(act: (suite: string) => Promise<T>): Promise<[suite: string, answer: T]> => {
      const suite = await detached();
      await inTheMiddle(stack, await client().suites.get(suite));
      return [suite, await act(suite)];
    };
    const poor = stack.cli('e2e', CHEAPEST, DEAR, '--max-usd', '0.001', '--json');
    const [[toCancel, cancelled], [toTerminate]] = await Promise.all([
      inItsMiddle((suite) => stack.cli('e2e', '--cancel', suite, '--json')),
      inItsMiddle((suite) => temporalOf(stack.state, ['workflow', 'terminate', '--workflow-id', suite])),
    ]);
    expect(cancelled.code).toBe(EXIT_CODES.cancelled);
    expect(lastJson<SuiteResult>(cancelled)).toMatchObject({ outcome: 'cancelled', leftovers: [] });
    expect(await endOf(client(), toCancel)).toBe('CANCELLED');

    const terminated = await stack.cli('e2e', '--follow', toTerminate, '--json');
    expect(terminated.code).toBe(EXIT_CODES.failed);
    expect(lastJson<SuiteResult>(terminated)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining(`${toTerminate} was terminated in Temporal`),
      leftovers: [expect.stringContaining('unknown')],
    });
    // Its scenario has heard of it, and takes away what it made.
    expect(await endOf(client(), `${toTerminate}:${CHEAPEST}`)).toBe('FAILED');

    const over = await poor;
    expect(over.code).toBe(EXIT_CODES.budget);
    const result = lastJson<SuiteResult>(over);
    expect(result).toMatchObject({
      outcome: 'over-budget',
      leftovers: [],
      scenarios: [
        { name: CHEAPEST, outcome: 'passed' },
        { name: DEAR, outcome: 'skipped', costUsd: 0 },
      ],
    });
    expect(result.costUsd).toBeLessThan(0.001);
    expect(result.reason).toContain(DEAR);
    expect(await aws.launched()).toBe(3);
    expect(await aws.left()).toEqual([]);
  },
);

withAws(
  'its worker killed with -9 in the middle: the next one names what was under way, and takes all of it away',
  async () => {
    const suite = await detached();
    const { step } = await inTheMiddle(stack, await client().suites.get(suite));
    await stack.kill('worker');
    await stack.up();
    const ended = await stack.cli('e2e', '--follow', suite, '--json');
    expect(ended.code).toBe(EXIT_CODES.failed);
    const result = lastJson<SuiteResult>(ended);
    expect(result).toMatchObject({ outcome: 'failed', leftovers: [] });
    const steps = result.scenarios[0]?.steps ?? [];
    const lost = steps.find(({ outcome }) => outcome === 'failed');
    // It may have gone on by a step before it was killed.
    const from = steps.findIndex(({ name }) => name === step);
    expect(steps.findIndex(({ name }) => name === lost?.name)).toBeGreaterThanOrEqual(Math.max(0, from));
    expect(lost?.error?.message).toContain('its worker is lost');
    expect(result.reason).toContain(`${CHEAPEST} failed at "${lost?.name}"`);
    expect(steps.at(-1)).toMatchObject({ name: UNDO_STEP, outcome: 'passed' });
    expect(await endOf(client(), suite)).toBe('FAILED');
    expect(await aws.left()).toEqual([]);
  },
);

withAws('terminated with its scenario and its worker: the next worker takes away what nobody is left to', async () => {
  const suite = await detached();
  await inTheMiddle(stack, await client().suites.get(suite));
  await stack.kill('worker');
  for (const id of [suite, `${suite}:${CHEAPEST}`])
    await temporalOf(stack.state, ['workflow', 'terminate', '--workflow-id', id]);
  expect((await aws.inEc2()).length).toBeGreaterThan(0);
  await stack.up();
  await aws.untilNothing();
});
