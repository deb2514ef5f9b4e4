import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { amount, runMain } from '../support/main';
import { writeSection } from '../support/page';
import { section } from './page';
import { summaryOf, text } from './report';
import { runSoak } from './run-soak';

const PAGE = path.resolve(__dirname, '../../docs/reliability.md');

const USAGE = `usage: npm run soak -- [options]
  --runs N         default: 100
  --minutes M      as many as end in so many minutes, instead of --runs
  --faults RATE    probability of a fault by activity, attempt and run, 0 to 1 (default: 0.2)
  --seed S         the same seed makes the same things happen (default: 1)
  --together N     runs that are open at once (default: 60)
  --restart-every N  seconds between two restarts of the workers, 0: never (default: 60)
  --json FILE      every run's record as JSON
  --write          put the result into docs/reliability.md
Exit code 1: a run did not end as promised.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100' },
      minutes: { type: 'string' },
      faults: { type: 'string', default: '0.2' },
      seed: { type: 'string', default: '1' },
      together: { type: 'string', default: '60' },
      'restart-every': { type: 'string', default: '60' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const minutes = values.minutes === undefined ? undefined : amount('minutes', values.minutes, 10_000, USAGE);
  const most = amount('runs', values.runs, Number.MAX_SAFE_INTEGER, USAGE);
  const runs = minutes === undefined ? most : Number.MAX_SAFE_INTEGER;
  const faults = amount('faults', values.faults, 1, USAGE);
  const seed = amount('seed', values.seed, Number.MAX_SAFE_INTEGER, USAGE);
  const together = amount('together', values.together, 1_000, USAGE);
  const restartEvery = amount('restart-every', values['restart-every'], 86_400, USAGE);
  const began = Date.now();
  const records = await runSoak({
    runs,
    ...(minutes === undefined ? {} : { seconds: minutes * 60 }),
    faults,
    seed,
    together,
    restartEvery,
    onRun: ({ id, problems }, done) => {
      for (const problem of problems) console.log(`${id}: ${problem}`);
      if (done % 100 === 0)
        console.log(
          `${done}${minutes === undefined ? `/${runs}` : ''} after ${Math.round((Date.now() - began) / 1000)} s`,
        );
    },
  });
  const summary = summaryOf(records, { faults, seed, seconds: (Date.now() - began) / 1000 });
  console.log(`\n${text(summary)}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ summary, records }, null, 2)}\n`);
  if (values.write) writeSection(PAGE, 'Soak', section(summary, new Date()));
  if (summary.problems > 0) process.exitCode = 1;
}

runMain(main);
