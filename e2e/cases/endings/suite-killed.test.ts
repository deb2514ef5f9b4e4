import { setTimeout as delay } from 'node:timers/promises';
import type { SuiteHandle } from '../../../client';
import { type SuiteResult, UNDO_STEP } from '../../../contract';
import { lastJson, succeeded, trainctl } from '../../support/cli';
import { OwnStack } from '../../support/own-stack';

jest.setTimeout(600_000);

const SCENARIO = 'training-workflow';

const stack = new OwnStack();
beforeAll(() => stack.up());
afterAll(() => stack.close());

interface Seen {
  id: string;
  state: string;
  tags: Record<string, string>;
}

/** What the local cloud itself shows alive of a suite. */
async function aliveOf(tag: string): Promise<string[]> {
  const { instances } = await stack.local<{ instances: Seen[] }>('GET', 'state');
  return instances
    .filter(({ state, tags }) => state !== 'terminated' && tags['trainctl:run']?.startsWith(`${tag}.`))
    .map(({ id, state }) => `${id} ${state}`);
}

/** Starts a suite, and kills the worker in the middle of its scenario: its run has an instance. */
async function killedInTheMiddle(): Promise<{ suite: string; tag: string }> {
  const { env } = stack;
  const started = await succeeded(trainctl(['e2e', SCENARIO, '--detach', '--json'], { env }));
  const { suite } = lastJson<{ suite: string }>(started);
  const handle = (await stack.client?.suites.get(suite)) as SuiteHandle;
  let tag = '';
  while ((await aliveOf(tag || 'none')).length === 0) {
    tag = (await handle.status())?.tag ?? '';
    await delay(200);
  }
  await stack.kill('worker');
  return { suite, tag };
}

test('the worker killed with -9 in the middle: another one takes away what was made, and the step is named', async () => {
  const { suite, tag } = await killedInTheMiddle();
  await stack.up();
  const ended = await trainctl(['e2e', '--follow', suite, '--json'], { env: stack.env });
  expect(ended.code).toBe(10);
  const result = lastJson<SuiteResult>(ended);
  expect(result).toMatchObject({
    outcome: 'failed',
    leftovers: [],
    reason: expect.stringContaining('its worker is lost'),
  });
  const steps = result.scenarios[0]?.steps ?? [];
  expect(steps.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1);
  expect(steps.at(-1)).toMatchObject({ name: UNDO_STEP, outcome: 'passed' });
  expect(await aliveOf(tag)).toEqual([]);
});

test('suite and scenario terminated while there is no worker: the next one takes away what they made', async () => {
  const { suite, tag } = await killedInTheMiddle();
  const before = stack.client?.temporal.workflow;
  for (const id of [suite, `${suite}:${SCENARIO}`]) await before?.getHandle(id).terminate('for good');
  const { temporal, settings, store } = await stack.up();
  while ((await aliveOf(tag)).length > 0) await delay(300);
  const objects = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of store.list(`${settings.prefix}e2e/${tag}/`)) keys.push(key);
    return keys;
  };
  while ((await objects()).length > 0) await delay(300);
  const first = temporal.workflow.getHandle(`${tag}.${SCENARIO}.1`);
  while ((await first.describe()).closeTime === undefined) await delay(300);
});
