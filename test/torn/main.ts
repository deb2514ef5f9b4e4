import { parseArgs } from 'node:util';
import { amount, runMain } from '../support/main';
import { runTorn, summary } from './run-torn';

const USAGE = `usage: npm run test:torn -- [options]
  --rounds N       trainings that are ended in the middle of their writing (default: 200)
  --seed S         the same seed makes the same moments (default: 1)
  --together N     at once (default: 2)
Real processes and the agent itself, without a cloud. Exit code 1: a torn checkpoint was called whole.`;

runMain(async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      together: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const rounds = amount('rounds', values.rounds, 100_000, USAGE);
  const seed = amount('seed', values.seed, Number.MAX_SAFE_INTEGER, USAGE);
  const together = amount('together', values.together, 100, USAGE);
  const all = await runTorn({ rounds, seed, together }, (round, done) => {
    const { way, end, taken, suspect, problems } = round;
    console.log(`${done}/${rounds} ${way} ${end}: ${taken} taken, ${suspect} suspect ${problems.join('; ')}`.trim());
  });
  console.log(`\n${summary(all)}`);
  if (all.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
});
