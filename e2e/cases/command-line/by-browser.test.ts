import type { Locator, Page } from 'playwright-core';
import { createClient } from '../../../client';
import type { RunStatus } from '../../../contract';
import { inBrowser, pressStart, withBrowser } from '../../support/browser';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { untilTrains } from '../../support/look-at';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

/** The pages of a run in Temporal's UI. */
async function pagesOf(run: string): Promise<string> {
  const client = await createClient();
  try {
    const { address } = await client.get(run);
    return `${stackState().temporal.uiUrl}/namespaces/default/workflows/${run}/${address.runId}`;
  } finally {
    await client.close();
  }
}

/** The UI lays its pages out for screens of several widths, and hides all but one. */
const seen = (found: Locator): Locator => found.filter({ visible: true }).first();

async function choose(page: Page, action: string): Promise<void> {
  await seen(page.getByRole('button', { name: 'More Actions' })).click();
  await seen(page.getByTestId(action)).click();
}

withBrowser('a training is read, stopped by a signal and started again in the Temporal UI', async () => {
  const dir = await project({ 'wait.sh': 'sleep 600\n' });
  const { run } = lastJson<{ run: string }>(
    await trainctl(['run', '--detach', '--json', '--yes', '--id', 'in-the-ui', '--', 'bash', 'wait.sh'], { cwd: dir }),
  );
  const before = await untilTrains(run);
  const instance = before.attempts[0]?.instanceId ?? '';
  const pages = await pagesOf(run);

  await inBrowser(async (page) => {
    await page.goto(`${pages}/user-metadata`);
    // Markdown is shown in a frame of its own, whose address it is.
    const details = page.locator(`iframe[src*="${before.runKey}"]`).first().contentFrame();
    await details.getByText(instance).first().waitFor();
    const text = (await details.locator('body').textContent()) ?? '';
    expect(text).toContain('training');
    expect(text).toContain('cost');
    // As what it means, and not as it is written.
    expect(text).not.toMatch(/\| ---|###|\*\*/);

    await choose(page, 'signal-button');
    const dialog = seen(page.locator('#signal-confirmation-modal'));
    await dialog
      .locator('button')
      .filter({ has: page.locator('#signal-select') })
      .click();
    await seen(page.getByRole('option', { name: /^stop/ })).click();
    await dialog.getByTestId('confirm-modal-button').click();
    await page.getByText('Workflow signaled').first().waitFor();
  });
  const ended = lastJson<RunStatus>(await trainctl(['status', run, '--wait', '--json']));
  expect(ended).toMatchObject({ outcome: 'cancelled', reason: expect.stringContaining('stopped by request') });
  expect(await aliveOf(run)).toEqual([]);

  const again = await inBrowser(async (page) => {
    await page.goto(`${pages}/history`);
    await choose(page, 'start-workflow-button');
    // What was the input of the run is put into the form some moments after it has come up.
    await page.locator('.cm-content').getByText('wait.sh').first().waitFor();
    await page.locator('#workflowId').fill('like-in-the-ui');
    await pressStart(page);
    return 'like-in-the-ui';
  });
  const clean = await untilTrains(again);
  expect(clean).toMatchObject({ attemptCount: 1, interruptions: 0, failures: 0 });
  expect(clean.runKey).not.toBe(before.runKey);
  expect(clean.attempts[0]?.instanceId).not.toBe(instance);
  expect(clean.resumedFromStep).toBeUndefined();
  expect((await trainctl(['stop', again, '--now', '--wait', '--json'])).code).toBe(11);
  expect(await aliveOf(again)).toEqual([]);
});
