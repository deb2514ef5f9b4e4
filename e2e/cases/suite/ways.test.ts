import type { SuiteScheduleView } from '../../../client';
import { EXIT_CODES, type SuiteResult } from '../../../contract';
import { inBrowser, pressStart, withBrowser } from '../../support/browser';
import { lastJson, succeeded } from '../../support/cli';
import { OwnStack } from '../../support/own-stack';
import { AwsCli, withAws } from '../../support/suite/awscli';
import { endOf, suiteWhere } from '../../support/suite/follow';
import { Receiver } from '../../support/suite/receiver';
import { temporalOf } from '../../support/temporal';

jest.setTimeout(600_000);

const CHEAPEST = 'training-workflow';

/** The webhook is told of what fails: here nobody may be told anything. */
let receiver: Receiver;
let stack: OwnStack;
beforeAll(async () => {
  receiver = await Receiver.listen();
  stack = new OwnStack({ TRAINCTL_WEBHOOK: receiver.url });
  await stack.up();
});
afterAll(async () => {
  await stack.close();
  await receiver.close();
});

const client = () => {
  if (!stack.client) throw new Error('the stack is not up');
  return stack.client;
};

withAws(
  'trainctl e2e and a trigger of its Schedule by Temporal run the suite to its end; nothing is left',
  async () => {
    const times = ['--cron', '0 3 * * *', '--timezone', 'Europe/Berlin'];
    const made = await succeeded(stack.cli('e2e', 'schedule', ...times, '--only', CHEAPEST, '--json'));
    const { schedule, next } = lastJson<SuiteScheduleView>(made);
    expect(new Date(next[0] ?? '').toLocaleString('en', { timeZone: 'Europe/Berlin', timeStyle: 'short' })).toBe(
      '3:00 AM',
    );
    await temporalOf(stack.state, ['schedule', 'trigger', '--schedule-id', schedule]);
    const byHand = stack.cli('e2e', CHEAPEST, '--json');
    const triggered = await startedBy(schedule);
    // Temporal adds the time, with its colons.
    expect(triggered).toMatch(/^trainctl-e2e-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const results = [
      lastJson<SuiteResult>(await byHand),
      lastJson<SuiteResult>(await succeeded(stack.cli('e2e', '--follow', triggered, '--json'))),
    ];
    for (const result of results) {
      expect(result).toMatchObject({ outcome: 'passed', leftovers: [], scenarios: [{ name: CHEAPEST }] });
      expect(result.scenarios[0]?.steps.every(({ outcome }) => outcome === 'passed')).toBe(true);
      expect(await endOf(client(), result.suite ?? '')).toBe('COMPLETED');
    }
    const aws = new AwsCli(stack);
    expect(await aws.launched()).toBe(2);
    expect(await aws.left()).toEqual([]);
    const shown = await succeeded(stack.cli('e2e', 'schedule', 'show'));
    expect(shown.stdout).toContain(triggered);
    await succeeded(stack.cli('e2e', 'schedule', 'remove', '--yes'));
    expect(receiver.heard).toEqual([]);
  },
);

/** The first suite of a Schedule. */
async function startedBy(schedule: string): Promise<string> {
  for (;;) {
    const view = lastJson<SuiteScheduleView>(await succeeded(stack.cli('e2e', 'schedule', 'show', '--json')));
    expect(view.schedule).toBe(schedule);
    if (view.started[0]) return view.started[0].suite;
  }
}

/** All scenarios, as the installation lists them. */
async function listed(): Promise<string[]> {
  const { scenarios } = lastJson<{ scenarios: { name: string }[] }>(
    await succeeded(stack.cli('e2e', '--list', '--json')),
  );
  return scenarios.map(({ name }) => name);
}

/** Starts it by Temporal's form, into which nothing is typed. */
async function startInTheUi(id: string): Promise<void> {
  await inBrowser(async (page) => {
    const form = `workflowId=${id}&workflowType=e2eSuite&taskQueue=trainctl`;
    await page.goto(`${stack.state.temporal.uiUrl}/namespaces/default/workflows/start-workflow?${form}`);
    await page.locator('.cm-content').first().waitFor();
    await pressStart(page);
  });
}

withBrowser(
  'a start in the Temporal UI without any input runs all scenarios to their end, as its page says; nothing is left',
  async () => {
    const id = 'from-the-ui';
    await startInTheUi(id);
    const handle = await client().suites.get(id);
    await suiteWhere(handle, ({ scenarios }) => scenarios.some(({ result }) => result?.outcome === 'passed'));
    await inBrowser(async (page) => {
      const { runId } = handle;
      await page.goto(`${stack.state.temporal.uiUrl}/namespaces/default/workflows/${id}/${runId}/user-metadata`);
      const details = page.locator(`iframe[src*="${CHEAPEST}"]`).first().contentFrame();
      await details.getByText(CHEAPEST).first().waitFor();
      expect(await details.locator('body').textContent()).toMatch(/[1-9] passed/);
    });
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'passed', leftovers: [], suite: id });
    const outcomes = result.scenarios.map(({ name, outcome }) => [name, outcome]);
    expect(outcomes).toEqual((await listed()).map((name) => [name, 'passed']));
    expect(await endOf(client(), id)).toBe('COMPLETED');
    expect(await new AwsCli(stack).left()).toEqual([]);
    expect(receiver.heard).toEqual([]);
  },
  1_800_000,
);

withAws(
  'a start by the temporal CLI without any input begins all scenarios; cancelled, it leaves nothing',
  async () => {
    const id = 'without-input';
    const start = ['workflow', 'start', '--type', 'e2eSuite', '--task-queue', 'trainctl', '--workflow-id', id];
    await temporalOf(stack.state, start);
    const { scenarios } = await suiteWhere(await client().suites.get(id), ({ scenarios: all }) =>
      all.some(({ result }) => result?.outcome === 'passed'),
    );
    expect(scenarios.map(({ name }) => name)).toEqual(await listed());
    const ended = await stack.cli('e2e', '--cancel', id, '--json');
    expect(ended.code).toBe(EXIT_CODES.cancelled);
    const result = lastJson<SuiteResult>(ended);
    expect(result).toMatchObject({ outcome: 'cancelled', leftovers: [], suite: id });
    expect(result.scenarios.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(0);
    expect(await endOf(client(), id)).toBe('CANCELLED');
    expect(await new AwsCli(stack).left()).toEqual([]);
  },
);
