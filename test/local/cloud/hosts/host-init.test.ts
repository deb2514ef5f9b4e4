import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

it('is written in the syntax of Python 3.8', () => {
  const folder = path.resolve(__dirname, '../../../../local/cloud/hosts/host_init');
  const files = readdirSync(folder).filter((name) => name.endsWith('.py'));
  expect(files).toContain('__main__.py');
  const parse = `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 8))`;
  for (const file of files) execFileSync('python3', ['-c', parse, path.join(folder, file)], { timeout: 30_000 });
});
