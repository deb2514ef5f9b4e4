import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Runs the agent's unit tests under one interpreter; returns the counts, and what it said. */
export function unittest(root, python) {
  const tests = path.join(root, 'test/agent/python');
  // -B: no byte code is left beside the sources.
  const args = ['-B', '-m', 'unittest', 'discover', '-s', tests, '-t', tests, '-p', '*_test.py'];
  const env = { ...process.env, PYTHONPATH: path.join(root, 'agent') };
  const { status, stderr } = spawnSync(python, args, { cwd: root, env, encoding: 'utf8', timeout: 300_000 });
  const count = (pattern) => Number(pattern.exec(stderr)?.[1] ?? 0);
  const ran = count(/^Ran (\d+) tests?/m);
  const skipped = count(/skipped=(\d+)/);
  const failed = count(/failures=(\d+)/) + count(/errors=(\d+)/);
  // One that could not be run, or ran nothing, must not look like a success.
  const broken = failed === 0 && (status !== 0 || ran === 0) ? 1 : 0;
  return { passed: Math.max(0, ran - failed - skipped), failed: failed + broken, skipped, said: stderr };
}
