import { execFileSync } from 'node:child_process';
import path from 'node:path';

it('is written in the syntax of Python 3.8', () => {
  const file = path.resolve(__dirname, '../../../../local/cloud/hosts/host_init.py');
  const parse = `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 8))`;
  execFileSync('python3', ['-c', parse, file], { timeout: 30_000 });
});
