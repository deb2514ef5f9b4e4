import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import type { SuiteResult } from '../../../contract';
import { FAILING, HOSTILE, PASSING } from '../../../test/e2e/reports/results';
import { htmlPage } from '../../reports';
import { inBrowser, withBrowser } from '../../support/browser';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the report as whoever was sent the file does; anything that it asks for beside itself, and any dialog, is an error. */
async function opened<T>(result: SuiteResult, work: (page: Page) => Promise<T>): Promise<T> {
  const file = path.join(folder, 'report.html');
  writeFileSync(file, htmlPage(result));
  return inBrowser(async (page) => {
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(request.url()));
    page.on('dialog', (dialog) => void asked.push(`dialog ${dialog.message()}`));
    page.on('pageerror', (error) => void asked.push(`error ${error.message}`));
    page.on('console', (message) => void asked.push(`console ${message.text()}`));
    await page.goto(pathToFileURL(file).href);
    const answer = await work(page);
    expect(asked).toEqual([pathToFileURL(file).href]);
    return answer;
  });
}

withBrowser('a passing report says so, and what it took', () =>
  opened(PASSING, async (page) => {
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('✔ Fit to train');
    expect(await page.locator('header').textContent()).toContain('$0.0012 spent');
    expect(await page.locator('tbody tr').count()).toBe(1);
    expect(await page.getByText('the host has exactly the files').isVisible()).toBe(false);
    await page.locator('details.scenario > summary').click();
    expect(await page.getByText('the host has exactly the files').isVisible()).toBe(true);
  }),
);

withBrowser('a failing report shows at once where and why; what hosts said is text', () =>
  opened(FAILING, async (page) => {
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('✖ Not fit to train');
    const failed = page.locator('li.failed').first();
    expect(await failed.isVisible()).toBe(true);
    expect(await failed.textContent()).toContain('its log has every line once, to the last');
    const seen = await failed.locator('dl pre').nth(1).textContent();
    expect(seen).toContain(HOSTILE.slice(0, HOSTILE.indexOf('\u001b')));
    expect(seen).toContain('␛[31mred');
    await failed.getByText('end of the log of').click();
    expect(await failed.locator('details.evidence pre').first().isVisible()).toBe(true);
    expect(await page.locator('a[rel=noreferrer]').getAttribute('href')).toContain('https://temporal.example.com/');
    expect(await page.locator('script, [onclick], a[href^="javascript:"]').count()).toBe(0);
    expect(await page.getByText('Left in the account').isVisible()).toBe(true);
    await page.locator('th a', { hasText: 'code-sync' }).click();
    expect(new URL(page.url()).hash).toBe('#scenario-code-sync');
  }),
);

withBrowser('it fits a telephone', () =>
  opened(FAILING, async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(wide).toBeLessThanOrEqual(0);
  }),
);
