import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dependenciesOf } from '../../../../client/cli/launch/dependency-rules';

interface Case {
  is: string;
  /** Default: `python train.py`. */
  command?: string;
  files: Record<string, string>;
  source: string;
  left: string[];
}

/** The agent answers the same cases in test/agent/python/install/left_test.py. */
const cases = JSON.parse(readFileSync(path.join(__dirname, 'dependencies.json'), 'utf8')) as Case[];

const code = (files: Record<string, string>) => ({
  files: new Set(Object.keys(files)),
  read: (name: string): string | undefined => files[name],
});

test.each(cases.map((one) => [one.is, one] as const))(
  '%s',
  (_, { files, source, left, command = 'python train.py' }) => {
    expect(dependenciesOf(code(files), 'auto', command)).toEqual({ source, left });
  },
);

test('what a spec asks for is what is installed, and nothing is looked for', () => {
  for (const wanted of ['none', 'requirements/gpu.txt']) {
    expect(dependenciesOf(code({ Pipfile: '' }), wanted, 'x')).toEqual({ source: wanted, left: [] });
  }
});
