import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dependenciesOf } from '../../../../client/cli/launch/dependency-rules';

interface Case {
  is: string;
  /** Default: `python train.py`. */
  command?: string | string[];
  files: Record<string, string>;
  source: string;
  left: string[];
  /** Of the command line alone. */
  without?: string[];
  uv?: string;
  pythons?: { file: string; python: string }[];
}

/** The agent answers the same cases in test/agent/python/install/left_test.py. */
const cases = JSON.parse(readFileSync(path.join(__dirname, 'dependencies.json'), 'utf8')) as Case[];

const code = (files: Record<string, string>) => ({
  files: new Set(Object.keys(files)),
  read: (name: string): string | undefined => files[name],
});

test.each(cases.map((one) => [one.is, one] as const))(
  '%s',
  (_, { is, files, command = 'python train.py', ...expected }) => {
    expect(dependenciesOf(code(files), 'auto', command)).toEqual(expected);
  },
);

test('what a spec asks for is what is installed, and nothing else is looked for', () => {
  for (const wanted of ['none', 'requirements/gpu.txt']) {
    expect(dependenciesOf(code({ Pipfile: '' }), wanted, 'x')).toEqual({ source: wanted, left: [] });
  }
  const text =
    '[project]\nrequires-python = ">=3.9"\ndependencies = ["six"]\n[dependency-groups]\ntrain = ["x"]\ndev = ["y"]\n';
  expect(dependenciesOf(code({ 'a/pyproject.toml': text, Pipfile: '' }), 'a/pyproject.toml', 'x')).toEqual({
    source: 'a/pyproject.toml',
    left: ['the group train of pyproject.toml is not installed: `uv pip install --group train` in `setup` brings it'],
    without: ['group dev'],
    pythons: [{ file: 'a/pyproject.toml', python: '>=3.9' }],
  });
});
