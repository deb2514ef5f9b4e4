// `npm test`: lint (with the import rules and formatting), types, build, then every test but the long ones of `npm run test:cases`. `--slow` names the slowest test files at
// the end; other arguments go to jest.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const args = process.argv.slice(2);
if (args.includes('--slow')) process.env.TRAINCTL_TEST_SLOW = '1';
const steps = [
  ['lint, formatting, import rules', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['types', bin('tsc'), ['-p', 'tsconfig.test.json']],
  ['build', process.execPath, ['scripts/build.mjs']],
  ['python', process.execPath, ['scripts/python-checks.mjs']],
  ['servers', process.execPath, ['scripts/servers.mjs']],
  ['tests', bin('jest'), [...args.filter((arg) => arg !== '--slow'), '--ignoreProjects', 'cases']],
];

for (const [name, command, args] of steps) {
  const began = Date.now();
  console.error(`── ${name}`);
  const { status, signal } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(
      `✖ ${name} failed${signal ? ` (${signal})` : ''} after ${((Date.now() - began) / 1000).toFixed(1)} s`,
    );
    process.exit(status ?? 1);
  }
}
