import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../support/main';
import { allCells, type Cell, FAULTS, sample } from './plan/cells';
import { page, sentence, summaryOf, table } from './report';
import { runMatrix } from './run-matrix';

const PAGE = path.resolve(__dirname, '../../docs/fault-matrix.md');

const USAGE = `usage: npm run test:matrix -- [options]
  --sample N         only N cells, every activity before any twice
  --seed S           which ones (default: 1)
  --only ACTIVITY    only the cells of this activity; may be given more than once
  --fault FAULT      only this fault: ${FAULTS.join(', ')}; may be given more than once
  --json FILE        where the result goes as JSON (default: fault-matrix.json)
A run of all cells rewrites docs/fault-matrix.md. Exit code 1: a cell is not as promised.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true },
      fault: { type: 'string', multiple: true },
      json: { type: 'string', default: 'fault-matrix.json' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const all = allCells();
  const cells = chosen(all, values);
  if (cells.length === 0) throw new Error(`no such cell\n${USAGE}`);
  console.log(`${cells.length} of ${all.length} cells`);
  const began = Date.now();
  const results = await runMatrix(cells, {
    onResult: ({ id, outcome, seconds, problems }, done) =>
      console.log(`${done}/${cells.length} ${id}: ${outcome} ${seconds.toFixed(1)} s ${problems.join('; ')}`),
  });
  const summary = summaryOf(results, (Date.now() - began) / 1000);
  const date = new Date().toISOString().slice(0, 10);
  console.log(`\n${table(results)}\n\n${sentence(summary)}`);
  writeFileSync(values.json, `${JSON.stringify({ date, ...summary, results }, null, 2)}\n`);
  if (cells.length === all.length) writeFileSync(PAGE, page(results, summary, date));
  if (summary.passed < summary.cells) process.exitCode = 1;
}

function chosen(all: Cell[], asked: { sample?: string; seed: string; only?: string[]; fault?: string[] }): Cell[] {
  const cells = all.filter(
    (c) => (asked.only?.includes(c.activity) ?? true) && (asked.fault?.includes(c.fault) ?? true),
  );
  return asked.sample === undefined ? cells : sample(cells, Number(asked.sample), Number(asked.seed));
}

runMain(main);
