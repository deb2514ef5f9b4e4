import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** A test that needs a browser: skipped where this machine has none. */
export const withBrowser = BROWSER ? test : test.skip;

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

/** A page of a headless browser that is started for it, and ended with it. */
export async function inBrowser<T>(work: (page: Page) => Promise<T>): Promise<T> {
  // What a browser keeps of its crashes and settings is not for the home of whoever runs the tests.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-browser-'));
  const env = { ...process.env, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
  const browser = await chromium.launch({ executablePath: BROWSER ?? '', args: FLAGS, env });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    return await work(page);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Types the input into the form of the UI. What is typed while the form still loads may be lost, and the start would have none. */
export async function typeInput(page: Page, input: object): Promise<void> {
  const editor = page.locator('.cm-content').first();
  const shown = page.locator('.cm-content', { hasText: Object.keys(input)[0] ?? '' }).first();
  for (let tries = 1; ; tries++) {
    await editor.click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(JSON.stringify(input));
    try {
      return await shown.waitFor({ timeout: 5000 });
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}

/** Presses the button of Temporal's start form until the page says that it has started. */
export async function pressStart(page: Page): Promise<void> {
  const started = page.getByText(/started successfully/i);
  // The form grows while it checks the task queue, so that a first click can miss the button.
  let seen = false;
  for (let click = 0; click < 10 && !seen; click++) {
    await page
      .locator('[data-testid=start-workflow-button]')
      .click({ timeout: 5000 })
      .catch(() => undefined);
    // The word of it goes away by itself.
    seen = await started.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
  }
  expect(seen).toBe(true);
}
