import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadSettings } from '../../../../adapters/settings';
import { selectFiles } from '../../../../adapters/snapshot';
import { dependencyLines, plannedDependencies, refusePython } from '../../../../client/cli/launch/dependencies';
import { specOf } from '../../../support/spec';

const AWS = loadSettings({
  TRAINCTL_HOME: '/nowhere',
  TRAINCTL_CLOUD: 'aws',
  TRAINCTL_REGION: 'us-east-1',
  TRAINCTL_BUCKET: 'a-bucket',
});
const LOCAL = { ...AWS, cloud: 'local' as const };

const dir = mkdtempSync(path.join(os.tmpdir(), 'trainctl-dependencies-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('what is sent is looked at, and nothing else', async () => {
  writeFileSync(path.join(dir, 'setup.py'), 'from setuptools import setup\nsetup()\n');
  writeFileSync(path.join(dir, '.gitignore'), 'Pipfile\n');
  writeFileSync(path.join(dir, 'Pipfile'), '');
  mkdirSync(path.join(dir, 'requirements'));
  writeFileSync(path.join(dir, 'requirements/base.txt'), 'six\n');
  const spec = specOf({ setup: { requirements: 'auto', commands: [] } });
  expect(plannedDependencies(await selectFiles(dir), spec, LOCAL)).toEqual({
    source: 'setup.py',
    left: ['requirements/base.txt is not read: name it by `setup.requirements`'],
  });
  expect(plannedDependencies(undefined, spec, LOCAL)).toBeUndefined();
});

test('the lines of a plan', () => {
  const left = ["Pipfile is pipenv's"];
  expect(dependencyLines({ source: 'uv.lock', left: [] }, 0)).toEqual(['uv.lock']);
  expect(dependencyLines({ source: 'pep723', left: [] }, 1)).toEqual([
    "the script's own (PEP 723), then a setup command",
  ]);
  expect(dependencyLines({ source: 'none', left }, 0)).toEqual(['no requirements', ...left]);
  expect(dependencyLines({ source: 'none', left: [] }, 2)).toEqual(['2 setup commands']);
  const pythons = [{ file: 'pyproject.toml', python: '>=3.9' }];
  const rest = {
    uv: '[tool.uv.sources]',
    without: ['extra docs', 'groups dev, test'],
    pythons,
    unmet: 'no such Python',
  };
  expect(dependencyLines({ source: 'pyproject.toml', left, ...rest }, 1)).toEqual([
    'pyproject.toml by uv, for [tool.uv.sources] · Python >=3.9 · without extra docs · without groups dev, test, then a setup command',
    'no such Python',
    ...left,
  ]);
});

describe('a Python that the code asks for', () => {
  const ofSpec = (instanceTypes: string[], ami = 'auto') => specOf({ resources: { instanceTypes, ami } });
  const asking = async (python: string) => {
    const folder = path.join(dir, 'asking');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, 'pyproject.toml'),
      `[project]\nrequires-python = "${python}"\ndependencies = ["six"]\n`,
    );
    return selectFiles(folder);
  };

  test('is refused where the image is known not to have it', async () => {
    const selection = await asking('>=3.11');
    expect(() => refusePython(selection, ofSpec(['g5.xlarge']), AWS)).toThrow(
      'pyproject.toml asks for Python >=3.11, and Ubuntu 22.04 has 3.10',
    );
    for (const spec of [ofSpec(['m5.large']), ofSpec(['g5.xlarge'], 'ami-0a22040000000a002')]) {
      expect(() => refusePython(selection, spec, AWS)).not.toThrow();
    }
  });

  test('is warned of where this machine has none', async () => {
    const [, line] = dependencyLines(
      plannedDependencies(await asking('>=3.99'), ofSpec(['m5.large']), LOCAL) ?? { source: 'none', left: [] },
      0,
    );
    expect(line).toMatch(/^pyproject.toml asks for Python >=3.99, and this machine's python3 has 3\.\d+\.\d+$/);
    expect(() => refusePython(undefined, ofSpec(['m5.large']), LOCAL)).not.toThrow();
  });
});
