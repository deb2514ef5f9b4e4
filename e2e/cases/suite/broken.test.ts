import path from 'node:path';
import type { SuiteScheduleView } from '../../../client';
import { EXIT_CODES, type SuiteResult, UNDO_STEP } from '../../../contract';
import { Copy } from '../../mutants/copy';
import { MUTANTS } from '../../mutants/list';
import { inBrowser, pressStart, typeInput, withBrowser } from '../../support/browser';
import { lastJson, succeeded } from '../../support/cli';
import { OwnStack } from '../../support/own-stack';
import { AwsCli, withAws } from '../../support/suite/awscli';
import { endOf, suiteWhere } from '../../support/suite/follow';
import { Receiver } from '../../support/suite/receiver';
import { temporalOf } from '../../support/temporal';

jest.setTimeout(600_000);

/** Seen at a look, and not by waiting in vain for what should come. */
const BREAKAGE = MUTANTS.find(({ name }) => name === 'trainctlignore-unread');
if (!BREAKAGE) throw new Error('there is no such mutant');
const { scenario, step } = BREAKAGE;

let copy: Copy;
let receiver: Receiver;
let stack: OwnStack;
beforeAll(async () => {
  copy = new Copy();
  copy.apply(BREAKAGE);
  receiver = await Receiver.listen();
  stack = new OwnStack({ TRAINCTL_WEBHOOK: receiver.url }, path.join(copy.root, 'dist/client/cli/main.js'));
  await stack.up();
});
afterAll(async () => {
  await stack?.close();
  await receiver?.close();
  copy.remove();
});

/** A suite that has seen it: by its own word, in Temporal, and by the webhook. */
async function sawIt(result: SuiteResult): Promise<void> {
  const { suite = '', scenarios, reason } = result;
  expect(result).toMatchObject({ outcome: 'failed', leftovers: [] });
  const [only] = scenarios;
  expect(only?.steps.find(({ outcome }) => outcome === 'failed')?.name).toBe(step);
  expect(only?.steps.at(-1)).toMatchObject({ name: UNDO_STEP, outcome: 'passed' });
  expect(reason).toContain(`${scenario} failed at "${step}": `);
  const heard = await receiver.endOf(suite);
  expect(heard).toMatchObject({ run: suite, outcome: 'failed', scenario, step, leftovers: 0 });
  expect(heard.reason).toBe(reason);
  expect(heard.link).toContain(`/namespaces/default/workflows/${encodeURIComponent(suite)}/`);
  if (!stack.client) throw new Error('the stack is not up');
  expect(await endOf(stack.client, suite)).toBe('FAILED');
  const history = await temporalOf(stack.state, ['workflow', 'show', '--workflow-id', suite, '--output', 'json']);
  expect(history).toContain(scenario);
}

withAws(
  'a worker that is broken: trainctl e2e and the Schedule fail, name scenario and step, tell the webhook, leave nothing',
  async () => {
    const times = ['--cron', '0 3 * * *', '--pause-after', '1'];
    await succeeded(stack.cli('e2e', 'schedule', ...times, '--only', scenario));
    await temporalOf(stack.state, ['schedule', 'trigger', '--schedule-id', 'trainctl-e2e']);
    const ended = await stack.cli('e2e', scenario, '--json');
    expect(ended.code).toBe(EXIT_CODES.failed);
    await sawIt(lastJson(ended));
    const show = async (): Promise<SuiteScheduleView> => lastJson(await stack.cli('e2e', 'schedule', 'show', '--json'));
    const triggered = (await show()).started[0]?.suite ?? '';
    const followed = await stack.cli('e2e', '--follow', triggered);
    expect(followed.code).toBe(EXIT_CODES.failed);
    expect(followed.stdout).toContain(`${scenario} failed at "${step}"`);
    await sawIt(lastJson(await stack.cli('e2e', '--follow', triggered, '--json')));
    expect(await show()).toMatchObject({ paused: true, note: expect.stringContaining(step) });
    expect(receiver.heard.filter(({ event }) => event === 'suite-ended')).toHaveLength(2);
    expect(await new AwsCli(stack).left()).toEqual([]);
  },
);

withBrowser('and a start in the Temporal UI likewise', async () => {
  const id = 'broken-in-the-ui';
  await inBrowser(async (page) => {
    const form = `workflowId=${id}&workflowType=e2eSuite&taskQueue=trainctl`;
    await page.goto(`${stack.state.temporal.uiUrl}/namespaces/default/workflows/start-workflow?${form}`);
    await typeInput(page, { only: [scenario] });
    await pressStart(page);
  });
  const handle = await stack.client?.suites.get(id);
  if (!handle) throw new Error('the stack is not up');
  await suiteWhere(handle, ({ phase }) => phase === 'ended');
  // Of no use meanwhile, and as large as a host.
  await inBrowser(async (page) => {
    await page.goto(`${stack.state.temporal.uiUrl}/namespaces/default/workflows/${id}/${handle.runId}/history`);
    await page.getByText(step).first().waitFor();
  });
  await sawIt(lastJson(await stack.cli('e2e', '--follow', id, '--json')));
  expect(await new AwsCli(stack).left()).toEqual([]);
});
