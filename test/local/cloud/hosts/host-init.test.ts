import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(__dirname, '../../../../local/cloud/hosts/host_init');

it.each(readdirSync(folder).filter((name) => name.endsWith('.py')))(
  '%s is written in the syntax of Python 3.8',
  (name) => {
    const parse = `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 8))`;
    execFileSync('python3', ['-c', parse, path.join(folder, name)], { timeout: 30_000 });
  },
);
