// Writes the table of docs/e2e.md that says what each scenario creates, for how long and for how much, from the scenarios themselves.
// `--check` only compares, and fails when the page is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, source } from './sources.mjs';

const { SCENARIOS, scenarioTable } = source('e2e/scenarios/index.ts');

const page = path.join(root, 'docs/e2e.md');
const BEGIN = '<!-- scenarios: node scripts/e2e-table.mjs -->\n';
const END = '\n<!-- /scenarios -->';

const now = readFileSync(page, 'utf8');
const begin = now.indexOf(BEGIN);
const end = now.indexOf(END);
if (begin < 0 || end < begin)
  throw new Error(`docs/e2e.md has no place for the table: ${BEGIN.trim()} … ${END.trim()}`);
const then = `${now.slice(0, begin + BEGIN.length)}${scenarioTable(SCENARIOS)}${now.slice(end)}`;

if (process.argv.includes('--check')) {
  if (then !== now) {
    console.error('docs/e2e.md is not current: node scripts/e2e-table.mjs');
    process.exitCode = 1;
  }
} else if (then !== now) writeFileSync(page, then);
