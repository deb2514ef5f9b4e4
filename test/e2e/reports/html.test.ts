import { htmlPage } from '../../../e2e/reports';
import { FAILING, HOSTILE, PASSING, SPENT } from './results';

test('one page of its own: nothing is loaded or run', () => {
  for (const result of [PASSING, FAILING, SPENT]) {
    const page = htmlPage(result);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<(script|img|link|iframe|object|embed|form)\b/i);
    expect(page).not.toMatch(/\b(src|on\w+)=|@import|url\(/i);
    expect(page).toContain("default-src 'none'");
  }
});

test('how it ended, how long and how much come first', () => {
  const text = (page: string): string =>
    page.slice(page.indexOf('<header'), page.indexOf('</header>')).replace(/<[^>]*>/g, '');
  expect(text(htmlPage(PASSING))).toContain('✔ Fit to train');
  expect(text(htmlPage(FAILING))).toContain(
    '1 failed, 1 passed, 1 skipped · in 2 min 56 s · $0.0015 spent · $0.0042 estimated · aws eu-central-1, installation default',
  );
  expect(text(htmlPage(SPENT))).toContain('the next scenario is estimated at $0.0010');
});

test('what failed is open, what passed is folded', () => {
  const page = htmlPage(FAILING);
  expect(page).toContain('id="scenario-training-workflow" open>');
  expect(page).toContain('id="scenario-code-sync">');
});

test('what a host said is text', () => {
  const page = htmlPage(FAILING);
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('␛[31mred');
  expect(HOSTILE).toContain('\u0000');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
  expect(page).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  expect(page).not.toContain('href="javascript:');
  expect(page).toContain('text of it');
});

test('the history is linked to, and a quote in its address ends no attribute', () => {
  expect(htmlPage(FAILING)).toContain('/r?a=1&amp;b=&quot;2&quot;" rel="noreferrer">history of');
});

test('what is left is named, and that nothing is', () => {
  expect(htmlPage(FAILING)).toContain('<li>instance i-1 (running)</li>');
  expect(htmlPage(PASSING)).toContain('Nothing is left in the account.');
});
