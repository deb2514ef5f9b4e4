import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { RunStatus } from '../../contract';
import { trainctl } from '../support/cli';
import { aliveOf } from '../support/cloud';
import { stackState } from '../support/stack';

jest.setTimeout(180_000);

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const withBrowser = BROWSER ? test : test.skip;

/** A browser that stays on this machine: none of its own services are looked for. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

withBrowser('a run typed into the Temporal UI’s start form ends as the CLI’s do', async () => {
  const { uiUrl } = stackState().temporal;
  // What a browser keeps of its crashes and settings is not for the home of whoever runs the tests.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-browser-'));
  const env = { ...process.env, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
  const browser = await chromium.launch({ executablePath: BROWSER ?? '', args: FLAGS, env });
  try {
    const page = await browser.newPage();
    const form = 'workflowId=typed-in-the-ui&workflowType=trainingRun&taskQueue=trainctl';
    await page.goto(`${uiUrl}/namespaces/default/workflows/start-workflow?${form}`);
    await page.locator('.cm-content').first().click();
    await page.keyboard.insertText('{"command": "echo typed by a person"}');
    const started = page.getByText(/started successfully/i);
    // The form grows while it checks the task queue, so that a first click can miss the button.
    for (let click = 0; click < 10 && !(await started.isVisible()); click++) {
      await page.locator('[data-testid=start-workflow-button]').click();
      await started.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    expect(await started.isVisible()).toBe(true);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const { code, stdout } = await trainctl(['status', 'typed-in-the-ui', '--wait', '--json']);
  const status = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunStatus;
  expect([code, status.outcome]).toEqual([0, 'succeeded']);
  expect((await trainctl(['logs', 'typed-in-the-ui'])).stdout).toBe('typed by a person\n');
  expect(await aliveOf('typed-in-the-ui')).toEqual([]);
});
