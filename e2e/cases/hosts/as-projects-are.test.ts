import { lastJson, trainctl } from '../../support/cli';
import { indexReachable } from '../../support/index-reachable';
import { project } from '../../support/project';

jest.setTimeout(240_000);

/** Of a package index: these projects ask it for what they are built with and need. */
const online = indexReachable() ? test : test.skip;

interface Ended {
  outcome: string;
  run: string;
}

/** Runs a project; answers its own output and the warnings of the run. */
async function output(files: Record<string, string>, command: string[]): Promise<{ log: string; warnings: string[] }> {
  const dir = await project(files);
  const ended = await trainctl(['run', '--json', '--', ...command], { cwd: dir });
  const { outcome, run } = lastJson<Ended>(ended);
  const log = (await trainctl(['logs', run])).stdout;
  expect({ outcome, log }).toMatchObject({ outcome: 'succeeded' });
  const status = JSON.parse((await trainctl(['status', run, '--json'])).stdout) as {
    warnings?: { message: string }[];
  };
  return { log, warnings: (status.warnings ?? []).map(({ message }) => message) };
}

const POETRY = `[tool.poetry]
name = "old"
version = "0.1.0"
description = ""
authors = ["a <a@b.c>"]
`;
const NEEDS = `[tool.poetry.dependencies]
python = ">=3.8"
tabulate = "^0.9"
`;
const TABULATE = ['python', '-c', 'import tabulate; print("has", tabulate.__version__)'];

describe('what pip can install is installed', () => {
  online('a Poetry project, built by its own backend', async () => {
    const build = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n';
    const files = { 'pyproject.toml': POETRY + NEEDS + build, 'old/__init__.py': '', 'poetry.lock': '' };
    const { log, warnings } = await output(files, TABULATE);
    expect(log).toContain('has 0.9');
    expect(warnings.join()).toContain('poetry.lock is not read');
  });

  online('a Poetry project that is no package', async () => {
    const files = { 'pyproject.toml': `${POETRY}package-mode = false\n${NEEDS}` };
    expect((await output(files, TABULATE)).log).toContain('has 0.9');
  });

  online('setup.py, and a list beside it', async () => {
    const setup =
      'from setuptools import setup\nsetup(name="p", version="0.1", py_modules=[], install_requires=["tabulate"])\n';
    const files = { 'setup.py': setup, 'requirements.txt': 'six\n' };
    const command = ['python', '-c', 'import tabulate, six; print("has both")'];
    expect((await output(files, command)).log).toContain('has both');
  });

  online('a project that setup.cfg describes, below src', async () => {
    const files = {
      'pyproject.toml': '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
      'setup.cfg':
        '[metadata]\nname = own\nversion = 0.1\n[options]\npackage_dir =\n  = src\npackages = find:\ninstall_requires =\n  six\n[options.packages.find]\nwhere = src\n',
      'src/own/__init__.py': '',
    };
    const command = ['python', '-c', 'import own, six; print("has both")'];
    expect((await output(files, command)).log).toContain('has both');
  });

  test('and what it cannot is said, before the launch and after', async () => {
    const files = { Pipfile: '[packages]\nsix = "*"\n', 'environment.yml': 'dependencies: [six]\n' };
    const dir = await project(files);
    const planned = await trainctl(['run', '--dry-run', '--', 'echo', 'x'], { cwd: dir });
    for (const text of [planned.stdout, (await output(files, ['echo', 'x'])).warnings.join()]) {
      expect(text).toContain("Pipfile is pipenv's");
      expect(text).toContain("environment.yml is conda's");
    }
  });
});

describe('uv in the command', () => {
  const files = {
    'pyproject.toml':
      '[project]\nname = "uvp"\nversion = "0.1"\nrequires-python = ">=3.8"\ndependencies = ["tabulate"]\n',
    'train.py': 'import sys, tabulate; print(sys.prefix, tabulate.__version__)\n',
  };

  online('uses the environment of the run, and makes no other', async () => {
    const line =
      'uv run train.py; uv run python -m pip list >/dev/null; pip list; uv pip list; ls -A; echo venv=$VIRTUAL_ENV';
    const { log } = await output(files, [line]);
    const venv = /venv=(.*)/.exec(log)?.[1] ?? '';
    expect(venv).toMatch(/\/venv$/);
    expect(log).toContain(`${venv} 0.`);
    expect(log.match(/^tabulate /gm)).toHaveLength(2);
    expect(log).not.toContain('.venv');
  });

  online('is there for a script that runs it', async () => {
    const script = 'set -e\nuv run train.py\n';
    expect((await output({ ...files, 'go.sh': script }, ['bash', 'go.sh'])).log).toMatch(/\/venv 0\./);
  });
});
