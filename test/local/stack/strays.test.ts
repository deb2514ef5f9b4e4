import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ofStack } from '../../../local/stack/strays';

const seen = (command: string, env: Record<string, string> = {}) =>
  ofStack({ args: command.split(' '), env: new Map(Object.entries(env)) });
const MARK = { TRAINCTL_STACK_HOME: '/h' };

test.each([
  [
    '/c/temporal server start-dev --db-filename=/h/temporal/temporal.db --search-attribute TrainctlOutcome=Keyword',
    {},
    'temporal',
  ],
  ['/usr/bin/node /p/dist/local/cloud/main.js --dir /h/cloud --port 4510', {}, 'local cloud'],
  ['/usr/bin/node /p/dist/worker/main.js --make-secret', MARK, 'worker'],
  ['/usr/bin/python3 -I -S /p/guard.py /h /h/cloud -- /usr/bin/node x.js', MARK, 'guard'],
  ['sleep 60', { TRAINCTL_LOCAL_HOST: 'i-1', TRAINCTL_HOST_ROOT: '/h/cloud/hosts/i-1/root' }, 'host'],
  ['unshare --pid python3 -I -S /h/cloud/host_init /tmp/s.sock', { TRAINCTL_LOCAL_HOST: 'i-1' }, 'host'],
  [
    'nsenter --net=/proc/7/fd/20 -- unshare --pid python3 -I -S /h/cloud/host_init /tmp/s.sock',
    { TRAINCTL_LOCAL_HOST: 'i-1' },
    'host',
  ],
])('%s is of the stack of its home', (command, env, what) => {
  expect(seen(command, env)).toEqual({ what, home: '/h' });
});

test.each([
  ['temporal server start-dev --db-filename=/h/temporal/temporal.db', {}],
  ['temporal server start-dev', MARK],
  ['/usr/bin/node /p/dist/worker/main.js', {}],
  ['vim /p/dist/worker/main.js.bak guard.py', MARK],
  ['tail -f /h/logs/temporal.log', MARK],
  ['git clone https://example.org/x', MARK],
  ['sleep 60', { TRAINCTL_HOST_ROOT: '/h/cloud/hosts/i-1/root' }],
  ['sleep 60', { TRAINCTL_LOCAL_HOST: 'i-1', TRAINCTL_HOST_ROOT: '/elsewhere' }],
])('%s is left alone', (command, env) => {
  expect(seen(command, env)).toBeUndefined();
});

test('the guard is written in the syntax of Python 3.8', () => {
  const parse = `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 8))`;
  execFileSync('python3', ['-c', parse, path.resolve(__dirname, '../../../local/stack/parts/guard.py')]);
});
