import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REPORT_DAYS, removeOldReports } from '../../../worker/suite/old-reports';

const NOW = Date.UTC(2026, 10, 30);
const daysAgo = (days: number): number => NOW - days * 86_400_000;
const OLD = 'p/e2e-reports/e2e-s-0000000000000001';
const MIXED = 'p/e2e-reports/e2e-s-0000000000000002';

function bucket(objects: [string, number][]) {
  const deleted: string[] = [];
  const warned: string[] = [];
  const deps = {
    settings: { prefix: 'p/' },
    log: { warn: (_: object, text: string) => void warned.push(text) },
    store: {
      async *list(prefix: string) {
        for (const [key, modifiedAt] of objects) if (key.startsWith(prefix)) yield { key, bytes: 1, modifiedAt };
      },
      delete: async (keys: string[]) => void deleted.push(...keys),
    },
  };
  return { deps: deps as never, store: deps.store, deleted, warned };
}

test('a report goes when all of it is old; what is no suite’s stays', async () => {
  const { deps, deleted } = bucket([
    [`${OLD}/report.json`, daysAgo(REPORT_DAYS + 1)],
    [`${OLD}/scenarios/code-sync.json`, daysAgo(REPORT_DAYS + 2)],
    [`${MIXED}/report.json`, daysAgo(REPORT_DAYS - 1)],
    [`${MIXED}/scenarios/code-sync.json`, daysAgo(REPORT_DAYS + 1)],
    ['p/e2e-reports/mine/report.json', daysAgo(1000)],
    ['p/e2e-reports/readme.txt', daysAgo(1000)],
    ['p/runs/0/spec.json', daysAgo(1000)],
  ]);
  await removeOldReports(deps, NOW);
  expect(deleted).toEqual([`${OLD}/report.json`, `${OLD}/scenarios/code-sync.json`]);
});

test('a bucket that refuses it keeps nothing from the report that was stored', async () => {
  const { deps, store, warned } = bucket([[`${OLD}/report.json`, 0]]);
  store.delete = () => Promise.reject(new Error('access denied'));
  await removeOldReports(deps, NOW);
  expect(warned).toEqual(['old reports of suites are not removed']);
});

test('the document says for how long', () => {
  const text = readFileSync(path.join(__dirname, '../../../docs/e2e.md'), 'utf8');
  expect(text).toContain(`for ${REPORT_DAYS} days (\`REPORT_DAYS\``);
});
