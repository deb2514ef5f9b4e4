import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient, type SuiteHandle, type SuiteScheduleView, type TrainctlClient } from '../../../client';
import { EXIT_CODES, type SuiteResult, type SuiteStatus, scenarioRunPrefix } from '../../../contract';
import { inBrowser, pressStart, typeInput, withBrowser } from '../../support/browser';
import { lastJson, succeeded, trainctl } from '../../support/cli';
import { local } from '../../support/cloud';
import { stackState } from '../../support/stack';

jest.setTimeout(600_000);

const run = promisify(execFile);
const SCENARIO = 'training-workflow';

let client: TrainctlClient;
const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-suite-'));
beforeAll(async () => {
  client = await createClient();
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function temporal(...args: string[]): Promise<string> {
  const { address, binary, namespace } = stackState().temporal;
  const { stdout } = await run(binary ?? 'temporal', [...args, '--address', address, '-n', namespace]);
  return stdout;
}

/** What the local cloud itself shows alive of a suite: not asked by code of ours. */
async function aliveOf(tag: string): Promise<string[]> {
  interface Seen {
    id: string;
    state: string;
    tags: Record<string, string>;
  }
  const { instances, volumes, spotRequests } = await local<Record<'instances' | 'volumes' | 'spotRequests', Seen[]>>(
    'GET',
    'state',
  );
  const own = ({ tags }: Seen): boolean => tags['trainctl:run']?.startsWith(`${tag}.`) === true;
  return [
    ...instances.filter((one) => own(one) && one.state !== 'terminated'),
    ...volumes.filter(own),
    ...spotRequests.filter((one) => own(one) && (one.state === 'open' || one.state === 'active')),
  ].map(({ id, state }) => `${id} ${state}`);
}

/** Waits for what a suite says of itself. */
async function statusWhere(handle: SuiteHandle, holds: (status: SuiteStatus) => boolean): Promise<SuiteStatus> {
  for await (const status of handle.follow()) if (holds(status)) return status;
  throw new Error('it ended before');
}

/** Waits until the first run of a suite has an instance, and answers the suite's tag. */
async function underWay(handle: SuiteHandle): Promise<string> {
  const { tag = '' } = await statusWhere(handle, ({ scenarios }) => scenarios[0]?.phase === 'running');
  while ((await aliveOf(tag)).length === 0) await delay(300);
  return tag;
}

test('trainctl e2e: one scenario to its end, with its reports; nothing is left', async () => {
  const [junit, html] = [path.join(folder, 'e2e.xml'), path.join(folder, 'e2e.html')];
  const ended = await succeeded(trainctl(['e2e', SCENARIO, '--json', '--junit', junit, '--html', html]));
  const result = lastJson<SuiteResult>(ended);
  expect(result).toMatchObject({ outcome: 'passed', leftovers: [] });
  const [only, ...others] = result.scenarios;
  expect(others).toEqual([]);
  expect(only).toMatchObject({ name: SCENARIO, outcome: 'passed', seconds: expect.any(Number) });
  expect(only?.costUsd).toBeGreaterThan(0);
  expect(only?.steps.map(({ outcome }) => outcome)).not.toContain('failed');
  expect(readFileSync(junit, 'utf8')).toContain(SCENARIO);
  expect(readFileSync(html, 'utf8')).toContain(SCENARIO);
  expect(await aliveOf(result.tag ?? '')).toEqual([]);
  const stored: string[] = [];
  for await (const { key } of client.store.list(`${client.settings.prefix}e2e-reports/${result.tag}/report.`))
    stored.push(key.replace(/.*report\./, ''));
  expect(stored).toEqual(['html', 'json', 'xml']);
  // The workflow says the same where people look.
  const described = await temporal('workflow', 'describe', '--workflow-id', result.suite ?? '', '--output', 'json');
  expect(described).toContain('WORKFLOW_EXECUTION_STATUS_COMPLETED');
  expect(await client.temporal.workflow.getHandle(result.suite ?? '').describe()).toMatchObject({
    searchAttributes: { TrainctlOutcome: ['passed'], TrainctlProject: [result.tag] },
  });
});

test('options that are wrong, and a budget that is too small: nothing is begun, and each says so', async () => {
  const wrong = await trainctl(['e2e', 'code-snyc', '--max-usd', 'much', '--parallel', '0']);
  expect(wrong.code).toBe(EXIT_CODES.invalid);
  for (const text of ['did you mean code-sync?', '--max-usd', '--parallel']) expect(wrong.stderr).toContain(text);
  const poor = await trainctl(['e2e', SCENARIO, '--json', '--max-usd', '0.000001']);
  expect(poor.code).toBe(EXIT_CODES.budget);
  expect(lastJson<SuiteResult>(poor)).toMatchObject({ outcome: 'over-budget', costUsd: 0, leftovers: [] });
  const id = 'suite:wrong options';
  const start = ['workflow', 'start', '--type', 'e2eSuite', '--task-queue', 'trainctl', '--workflow-id', id];
  await temporal(...start, '--input', '{"only": ["code-snyc"], "budget": 3}');
  const followed = await trainctl(['e2e', '--follow', id]);
  expect(followed.code).toBe(EXIT_CODES.invalid);
  for (const text of ['did you mean code-sync?', 'budget: is not a known key']) expect(followed.stderr).toContain(text);
  const history = await temporal('workflow', 'show', '--workflow-id', id, '--output', 'json');
  expect(history).not.toContain('EVENT_TYPE_WORKFLOW_TASK_FAILED');
});

test('cancelled in the middle it ends what it has begun, and verifies that', async () => {
  const { suite } = lastJson<{ suite: string }>(await succeeded(trainctl(['e2e', SCENARIO, '--detach', '--json'])));
  const tag = await underWay(await client.suites.get(suite));
  const ended = await trainctl(['e2e', '--cancel', suite, '--json']);
  expect(ended.code).toBe(EXIT_CODES.cancelled);
  expect(lastJson<SuiteResult>(ended)).toMatchObject({ outcome: 'cancelled', leftovers: [], tag });
  expect(await aliveOf(tag)).toEqual([]);
  expect((await client.temporal.workflow.getHandle(suite).describe()).status.name).toBe('CANCELLED');
});

test('terminated in the middle, with its scenario, nothing is left either: started by Temporal’s own command', async () => {
  const id = 'nightly-2026-11-27T03:00:00Z';
  const input = JSON.stringify({ only: [SCENARIO] });
  const start = ['workflow', 'start', '--type', 'e2eSuite', '--task-queue', 'trainctl', '--workflow-id', id];
  await temporal(...start, '--input', input);
  const tag = await underWay(await client.suites.get(id));
  await temporal('workflow', 'terminate', '--workflow-id', id);
  await temporal('workflow', 'terminate', '--workflow-id', `${id}:${SCENARIO}`).catch(() => undefined);
  const first = client.temporal.workflow.getHandle(`${scenarioRunPrefix(tag, SCENARIO)}1`);
  while ((await first.describe()).closeTime === undefined) await delay(1000);
  while ((await aliveOf(tag)).length > 0) await delay(300);
});

test('by the clock: a Schedule that is triggered fails for want of money, and is paused with the reason as its note', async () => {
  const schedule = (...words: string[]): ReturnType<typeof trainctl> => trainctl(['e2e', 'schedule', ...words]);
  const wrong = await schedule('--cron', '0 25 * * *', '--timezone', 'europe/berlin', '--only', 'code-snyc');
  expect(wrong.code).toBe(EXIT_CODES.invalid);
  for (const text of ['"25" is no hour', 'did you mean Europe/Berlin?', 'did you mean code-sync?'])
    expect(wrong.stderr).toContain(text);
  expect((await schedule('show')).code).toBe(EXIT_CODES.notFound);
  const poor = ['--only', SCENARIO, '--max-usd', '0.000001', '--pause-after', '1'];
  const made = await succeeded(schedule('--cron', '0 3 1 JAN *', '--timezone', 'Europe/Berlin', ...poor, '--json'));
  const { schedule: id } = lastJson<SuiteScheduleView>(made);
  try {
    await temporal('schedule', 'trigger', '--schedule-id', id);
    let view = lastJson<SuiteScheduleView>(made);
    while (!view.paused) view = lastJson<SuiteScheduleView>(await succeeded(schedule('show', '--json')));
    expect(view.note).toContain('paused by trainctl e2e after a failure; the last, ');
    expect(view.note).toContain('estimates do not fit');
    const [last] = view.started;
    expect(last?.suite).toMatch(/^trainctl-e2e-\d{4}-.*:/);
    expect((await trainctl(['e2e', '--follow', last?.suite ?? ''])).code).toBe(EXIT_CODES.budget);
    expect(lastJson<SuiteScheduleView>(await succeeded(schedule('resume', '--json'))).paused).toBe(false);
    expect((await succeeded(schedule('pause', '--note', 'the bucket moves'))).stdout).toContain('the bucket moves');
  } finally {
    await succeeded(schedule('remove', '--yes'));
  }
});

withBrowser(
  'typed into the Temporal UI’s start form it runs as from the command line, and its page says how it ended',
  async () => {
    const { uiUrl } = stackState().temporal;
    await inBrowser(async (page) => {
      const form = 'workflowId=suite-in-the-ui&workflowType=e2eSuite&taskQueue=trainctl';
      await page.goto(`${uiUrl}/namespaces/default/workflows/start-workflow?${form}`);
      await typeInput(page, { maxUsd: 0.000001 });
      await pressStart(page);
    });
    const ended = await trainctl(['e2e', '--follow', 'suite-in-the-ui', '--json']);
    expect(ended.code).toBe(EXIT_CODES.budget);
    const { runId } = await client.suites.get('suite-in-the-ui');
    await inBrowser(async (page) => {
      await page.goto(`${uiUrl}/namespaces/default/workflows/suite-in-the-ui/${runId}/user-metadata`);
      const details = page.locator(`iframe[src*="${SCENARIO}"]`).first().contentFrame();
      await details.getByText(SCENARIO).first().waitFor();
      const text = (await details.locator('body').textContent()) ?? '';
      expect(text).toContain('over-budget');
      expect(text).toContain('not begun');
      expect(text).not.toMatch(/\| ---|###|\*\*/);
    });
  },
);
