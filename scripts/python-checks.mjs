// All that is checked of the project's Python: ruff (rules, formatting), and the agent's unit tests under the oldest and
// the newest interpreter of this machine. `--fix` makes what ruff can make right. Needs the build (for the cache's place).
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { interpreters } from './python/interpreters.mjs';
import { ruff, Unavailable, VERSION } from './python/ruff.mjs';
import { unittest } from './python/unittest.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { cacheDir } = createRequire(import.meta.url)('../dist/local/stack');
const fix = process.argv.includes('--fix');

const pythons = await interpreters();
if (pythons.length === 0) throw new Error('There is no Python of version 3.8 or newer: install one (python3)');

/** Whether all Python of the project passes; where ruff cannot be had, that is said. */
function lint() {
  try {
    const program = ruff(cacheDir(), pythons);
    const steps = [
      ['check', ...(fix ? ['--fix'] : [])],
      ['format', ...(fix ? [] : ['--check'])],
    ];
    const run = (args) =>
      spawnSync(program, [...args, '--no-cache', '.'], { cwd: root, stdio: 'inherit' }).status === 0;
    const passed = steps.map(run).every(Boolean);
    if (!passed && !fix) console.error('  `node scripts/python-checks.mjs --fix` makes right what it can');
    return passed;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.error(`  skipped: ruff ${VERSION} (${error.message})`);
    return true;
  }
}

/** Whether the unit tests pass under the oldest and the newest interpreter. */
function test() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { file, version } of new Set([pythons[0], pythons[pythons.length - 1]])) {
    const { said, ...counts } = unittest(root, file);
    console.error(`  python ${version}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    if (counts.failed > 0) console.error(said);
    for (const name of Object.keys(total)) total[name] += counts[name];
  }
  console.error(`unittest: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0;
}

console.error(`── python: ruff ${VERSION}`);
const clean = lint();
console.error('── python: unittest');
process.exitCode = test() && clean ? 0 : 1;
