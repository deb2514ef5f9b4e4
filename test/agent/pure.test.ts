import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { PYTHON } from './support/host';

describe('the agent’s pure functions', () => {
  it.each(['toml_test.py', 'deadline_test.py'])('pass python’s own unit tests: %s', (file) => {
    const run = spawnSync(PYTHON, [path.join(__dirname, file)], { encoding: 'utf8', timeout: 30_000 });
    expect(run.stderr).toMatch(/\nOK\n$/);
    expect(run.status).toBe(0);
  });

  it('are written in the syntax of Python 3.8', () => {
    const file = path.resolve(__dirname, '../../agent/trainctl_agent.py');
    const parse = `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 8))`;
    execFileSync(PYTHON, ['-c', parse, file], { timeout: 30_000 });
  });
});
