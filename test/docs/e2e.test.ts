import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SCENARIOS, scenarioTable } from '../../e2e/scenarios';

const root = path.join(__dirname, '../..');

test('the table of docs/e2e.md is what the scenarios say (node scripts/e2e-table.mjs)', () => {
  expect(readFileSync(path.join(root, 'docs/e2e.md'), 'utf8')).toContain(`\n${scenarioTable(SCENARIOS)}\n`);
});

test('each scenario has a name of its own, and a file of that name', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect([name, existsSync(path.join(root, `e2e/scenarios/${name}.ts`))]).toEqual([name, true]);
  }
});

test('the whole suite is estimated below a dollar', () => {
  const usd = /\$([\d.]+) \|$/.exec(scenarioTable(SCENARIOS))?.[1];
  expect(Number(usd)).toBeGreaterThan(0);
  expect(Number(usd)).toBeLessThan(1);
});
