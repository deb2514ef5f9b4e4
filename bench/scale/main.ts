import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { NotHereError } from '../../e2e/support/cluster/binaries';
import { amount, runMain } from '../../test/support/main';
import { writeSection } from '../../test/support/page';
import { measure } from './measure';
import { HEADING, section, text } from './report';
import { HOSTS, SERVERS } from './site';

const PAGE = path.resolve(__dirname, '../../docs/performance.md');

const USAGE = `usage: npm run bench:scale -- [options]
  --runs N         runs that train at the same time (default: 100)
  --hosts KIND     memory: models of hosts; real: those of the local cloud, by SSH (default: memory)
  --server KIND    dev: Temporal's dev server; postgresql: a real one on PostgreSQL, both built or found,
                   and started (default: dev)
  --hold SECONDS   how long all are held (default: 60)
  --within SECONDS patience for all to train, and for all to be gone (default: 1800)
  --json           the result as JSON on stdout
  --write          put the result into docs/performance.md
Exit code 1: a run did not train, did not end, or something was left over.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100' },
      hosts: { type: 'string', default: 'memory' },
      server: { type: 'string', default: 'dev' },
      hold: { type: 'string', default: '60' },
      within: { type: 'string', default: '1800' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const runs = amount('runs', values.runs, 100_000, USAGE);
  if (runs < 1 || !Number.isInteger(runs)) throw new Error(`--runs ${values.runs} is no number of runs\n${USAGE}`);
  const options = {
    runs,
    hosts: oneOf('hosts', values.hosts, HOSTS),
    server: oneOf('server', values.server, SERVERS),
    hold: amount('hold', values.hold, 86_400, USAGE),
    within: amount('within', values.within, 86_400, USAGE),
  };
  try {
    const scale = await measure(options, (line) => console.error(line));
    console.log(values.json ? JSON.stringify(scale, null, 2) : `\n${text(scale)}`);
    if (values.write) {
      const day = new Date().toISOString().slice(0, 10);
      writeSection(PAGE, HEADING, section(bodyOf(readFileSync(PAGE, 'utf8')), scale, day));
    }
    if (scale.notAsPromised > 0 || scale.leftOver > 0) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof NotHereError)) throw error;
    console.error(`skipped: --server ${options.server}: ${error.message}`);
  }
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (!found) throw new Error(`--${name} ${value} is none of ${known.join(', ')}\n${USAGE}`);
  return found;
}

/** What stands below the heading; nothing, where there is none. */
function bodyOf(page: string): string {
  const [, after = ''] = page.split(`## ${HEADING}\n\n`);
  return after.split('\n## ')[0] ?? '';
}

runMain(main);
