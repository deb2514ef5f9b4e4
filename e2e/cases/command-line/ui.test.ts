import type { RunStatus } from '../../../contract';
import { inBrowser, pressStart, typeInput, withBrowser } from '../../support/browser';
import { trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

withBrowser('a run typed into the Temporal UI’s start form ends as the CLI’s do', async () => {
  const { uiUrl } = stackState().temporal;
  await inBrowser(async (page) => {
    const form = 'workflowId=typed-in-the-ui&workflowType=trainingRun&taskQueue=trainctl';
    await page.goto(`${uiUrl}/namespaces/default/workflows/start-workflow?${form}`);
    await typeInput(page, { command: 'echo typed by a person' });
    await pressStart(page);
  });
  const { code, stdout } = await trainctl(['status', 'typed-in-the-ui', '--wait', '--json']);
  const status = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunStatus;
  expect([code, status.outcome]).toEqual([0, 'succeeded']);
  expect((await trainctl(['logs', 'typed-in-the-ui'])).stdout).toBe('typed by a person\n');
  expect(await aliveOf('typed-in-the-ui')).toEqual([]);
});
