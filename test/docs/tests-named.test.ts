import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** What a page promises stands beside the test that shows it. */
test.each(['reliability', 'security'])('the tests that docs/%s.md names are there', (page) => {
  const text = readFileSync(path.join(ROOT, `docs/${page}.md`), 'utf8');
  const named = [...text.matchAll(/`((?:test|e2e)\/[\w./-]+)`/g)].map(([, at = '']) => at);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((at) => !existsSync(path.join(ROOT, at)))).toEqual([]);
});
