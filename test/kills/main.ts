import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { amount, runMain } from '../support/main';
import { writeSection } from '../support/page';
import { line, section, summaryOf, text } from './report';
import { runKills } from './run-kills';

const PAGE = path.resolve(__dirname, '../../docs/reliability.md');

const USAGE = `usage: npm run test:kills -- [options]
  --rounds N       runs whose worker is killed (default: 20)
  --seed S         the same seed makes the same moments (default: 1)
  --together N     runs at once, each with a worker of its own (default: 3)
  --json FILE      every run's record as JSON
  --write          put the result into docs/reliability.md
Exit code 1: a run did not keep a promise.`;

runMain(async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      together: { type: 'string', default: '3' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const rounds = amount('rounds', values.rounds, 100_000, USAGE);
  const seed = amount('seed', values.seed, Number.MAX_SAFE_INTEGER, USAGE);
  const together = amount('together', values.together, 100, USAGE);
  const began = Date.now();
  const all = await runKills({
    rounds,
    seed,
    together,
    onRound: (result, done) => console.log(`${done}/${rounds} ${line(result)}`),
  });
  const summary = summaryOf(all, seed, (Date.now() - began) / 1000);
  console.log(`\n${text(summary)}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ summary, ...all }, null, 2)}\n`);
  if (values.write) writeSection(PAGE, 'Kills at random moments', section(summary, new Date()));
  if (summary.problems > 0) process.exitCode = 1;
});
