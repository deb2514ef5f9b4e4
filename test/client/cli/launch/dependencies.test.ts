import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { selectFiles } from '../../../../adapters/snapshot';
import { dependencyLines, plannedDependencies } from '../../../../client/cli/launch/dependencies';
import { specOf } from '../../../support/spec';

const dir = mkdtempSync(path.join(os.tmpdir(), 'trainctl-dependencies-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('what is sent is looked at, and nothing else', async () => {
  writeFileSync(path.join(dir, 'setup.py'), 'from setuptools import setup\nsetup()\n');
  writeFileSync(path.join(dir, '.gitignore'), 'Pipfile\n');
  writeFileSync(path.join(dir, 'Pipfile'), '');
  mkdirSync(path.join(dir, 'requirements'));
  writeFileSync(path.join(dir, 'requirements/base.txt'), 'six\n');
  const spec = specOf({ setup: { requirements: 'auto', commands: [] } });
  expect(plannedDependencies(await selectFiles(dir), spec)).toEqual({
    source: 'setup.py',
    left: ['requirements/base.txt is not read: name it by `setup.requirements`'],
  });
  expect(plannedDependencies(undefined, spec)).toBeUndefined();
});

test('the lines of a plan', () => {
  const left = ["Pipfile is pipenv's"];
  expect(dependencyLines({ source: 'uv.lock', left: [] }, 0)).toEqual(['uv.lock']);
  expect(dependencyLines({ source: 'pep723', left: [] }, 1)).toEqual([
    "the script's own (PEP 723), then a setup command",
  ]);
  expect(dependencyLines({ source: 'none', left }, 0)).toEqual(['no requirements', ...left]);
  expect(dependencyLines({ source: 'none', left: [] }, 2)).toEqual(['2 setup commands']);
});
