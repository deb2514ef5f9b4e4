// `npm run bench:start [-- --rounds 15] [--write]`: how long commands take that a person types all day, beside `node -e 0`, on a
// local stack with one ended run; all of them in turn, so that they meet the same machine. --write puts it into
// docs/performance.md.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from './figures.mjs';
import { writeBlock } from './page.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { startStack } = require('../dist/local/stack');
const run = promisify(execFile);
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
const CLI = path.join(root, 'dist/client/cli/main.js');
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'trainctl --version': [CLI, '--version'],
  'trainctl ls --help': [CLI, 'ls', '--help'],
  'trainctl ls': [CLI, 'ls'],
  'trainctl status RUN': [CLI, 'status', 'bench-start'],
  'trainctl run --dry-run': [CLI, 'run', '--dry-run', '--', 'bash', 'train.sh'],
};

const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-bench-'));
const project = mkdtempSync(path.join(os.tmpdir(), 'trainctl-bench-project-'));
writeFileSync(path.join(project, 'train.sh'), 'true\n');
const call = (args) => run(process.execPath, args, { cwd: project, env: { ...process.env, TRAINCTL_HOME: home } });

const times = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
const stack = await startStack({ home, detach: false });
try {
  await call([CLI, 'run', '--id', 'bench-start', '--', 'bash', 'train.sh']);
  // The first of each is not counted: it finds cold files, and nothing compiled.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, args] of Object.entries(COMMANDS)) {
      const began = performance.now();
      await call(args);
      if (round > 0) times[name].push(performance.now() - began);
    }
  }
} finally {
  await stack.stop();
  for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true });
}

const node = times['node -e 0'];
const table = [
  '| | median, ms | fastest, ms | times `node -e 0`, median of the rounds | of the fastest |',
  '|---|---|---|---|---|',
  ...Object.entries(times).map(([name, list]) => {
    const ratios = list.map((time, i) => time / node[i]);
    const [ratio, ofFastest] = [median(ratios), Math.min(...list) / Math.min(...node)].map((r) => r.toFixed(1));
    return `| \`${name}\` | ${median(list).toFixed(0)} | ${Math.min(...list).toFixed(0)} | ${ratio} | ${ofFastest} |`;
  }),
  '',
  `${rounds} rounds, in turn, on ${os.cpus().length} cores.`,
].join('\n');
console.log(table);
if (options.write) writeBlock('start', table);
