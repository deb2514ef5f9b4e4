// `npm test`: lint (with the import rules and formatting), types, build, then every test but the long ones of `npm run test:cases` and
// `npm run test:cluster`. `--slow` names the slowest test files at the end; other arguments go to jest.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const args = process.argv.slice(2);
if (args.includes('--slow')) process.env.TRAINCTL_TEST_SLOW = '1';
const failed = [];

/** Runs one step; what it says is shown as it comes, or, of steps side by side, when it has ended. */
function step(name, command, args, shown = 'at its end') {
  const began = Date.now();
  const live = shown === 'live';
  if (live) console.error(`── ${name}`);
  const child = spawn(command, args, { cwd: root, stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => said.push(`${error.message}\n`));
    child.once('close', (status, signal) => {
      if (!live) process.stderr.write(`── ${name}\n${Buffer.concat(said.map((one) => Buffer.from(one)))}`);
      if (status !== 0) {
        const why = signal ? ` (${signal})` : '';
        console.error(`✖ ${name} failed${why} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
        failed.push(status || 1);
      }
      resolve(status === 0);
    });
  });
}

const node = process.execPath;
// Each of them keeps one processor busy, more or less.
await Promise.all([
  step('lint, formatting, import rules', bin('biome'), ['check', '--error-on-warnings', '.']),
  step('types', bin('tsc'), ['-p', 'tsconfig.test.json']),
  // The checks of Python ask the build where the cache is.
  step('build', node, ['scripts/build.mjs']).then(
    (built) => built && step('python', node, ['scripts/python-checks.mjs']),
  ),
]);
if (failed.length === 0) await step('servers', node, ['scripts/servers.mjs'], 'live');
// Test files make much that lives shortly: with room for it, V8 collects less often. Inherited by jest's workers.
const ROOM = ['--min-semi-space-size=32', '--max-semi-space-size=64'];
const jest = [...args.filter((arg) => arg !== '--slow'), '--ignoreProjects', 'cases', 'cluster'];
if (failed.length === 0) await step('tests', node, [...ROOM, bin('jest'), ...jest], 'live');
process.exitCode = failed[0] ?? 0;
