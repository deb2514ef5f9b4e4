import os from 'node:os';
import type { Scale } from './measure';

export const HEADING = 'Many runs at once';

const COLUMNS: [title: string, cell: (s: Scale) => string][] = [
  ['runs', (s) => String(s.runs)],
  ['hosts', (s) => s.hosts],
  ['server', (s) => s.server],
  ['all train after, s', (s) => seconds(s.trainingAfter)],
  ['most memory, MB', (s) => each(s.peakMb)],
  ['CPU s until then', (s) => each(s.cpuUntilTraining)],
  ['CPU s a minute, held', (s) => each(s.cpuPerMinuteHeld, 1)],
  ['events a run', (s) => String(Math.round(s.events / s.runs))],
  ['lost starts', (s) => `${s.lostStarts} of ${s.starts}`],
  ['late workflow tasks', (s) => String(s.lateTasks)],
  ['stop → nothing alive, s', (s) => seconds(s.goneAfter)],
  ['not as promised', (s) => String(s.notAsPromised)],
];

/** Columns that say what was measured: a later row of the same replaces an earlier one. */
const KEY = 3;

const seconds = (value: number | null): string => (value === null ? 'not in time' : value.toFixed(1));

function each(values: Record<string, number>, digits = 0): string {
  const named = Object.entries(values).map(([name, value]) => `${name} ${value.toFixed(digits)}`);
  return named.length === 0 ? 'unknown' : named.join(', ');
}

/** For a terminal. */
export function text(scale: Scale): string {
  const rows = [...COLUMNS.map(([title, cell]) => [title, cell(scale)]), ...others(scale)];
  return rows.map(([title, value]) => `${title?.padEnd(26)}${value}`).join('\n');
}

const others = (s: Scale): [string, string][] => [
  [
    'outcomes',
    Object.entries(s.outcomes)
      .map(([outcome, n]) => `${n} ${outcome}`)
      .join(', '),
  ],
  ['most events of a run', String(s.mostEvents)],
  ['orders sent again', String(s.ordersRepeated)],
  ['left over', String(s.leftOver)],
];

const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;

/** The section with this measurement in its table, beside those of other numbers, hosts and servers. */
export function section(before: string, scale: Scale, day: string): string {
  const cells = [...COLUMNS.map(([, cell]) => cell(scale)), `${day}, ${os.cpus().length} cores`];
  const key = line(cells.slice(0, KEY)).slice(0, -1);
  const kept = before.split('\n').filter((row) => /^\| \d/.test(row) && !row.startsWith(key));
  const titles = [...COLUMNS.map(([title]) => title), 'measured on'];
  const rows = [...kept, line(cells)].sort((a, b) => Number(a.split('|')[1]) - Number(b.split('|')[1]));
  const table = [line(titles), `|${'---|'.repeat(titles.length)}`, ...rows].join('\n');
  const from = before.indexOf('\n| ');
  const to = before.lastIndexOf(' |\n');
  if (from < 0 || to < 0) return `${before.trimEnd()}\n\n${table}\n`;
  return `${before.slice(0, from + 1)}${table}${before.slice(to + 2)}`;
}
