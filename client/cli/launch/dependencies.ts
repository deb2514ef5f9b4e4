import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Selection } from '../../../adapters/snapshot';
import type { RunSpec } from '../../../contract';
import { TrainctlError } from '../..';
import { type Dependencies, dependenciesOf } from './dependency-rules';
import { hostPython, type Images } from './host-python';
import { type AskedPython, satisfies } from './needs/pythons';

export interface PlannedDependencies extends Dependencies {
  /** That no Python of the host will do, in words; absent: one will, or nobody knows. */
  unmet?: string;
}

/** What will be installed for the code that is sent, and what is seen and left; undefined without code to look at. */
export function plannedDependencies(
  selection: Selection | undefined,
  spec: RunSpec,
  settings: Images,
): PlannedDependencies | undefined {
  if (!selection) return undefined;
  const files = new Set(selection.files.map((file) => file.path));
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(path.join(selection.dir, name), 'utf8');
    } catch {
      // Gone since it was selected: the host will say what it finds.
      return undefined;
    }
  };
  const found = dependenciesOf({ files, read }, spec.setup.requirements, spec.command);
  const unmet = unmetPython(found.pythons ?? [], spec, settings);
  return unmet ? { ...found, unmet } : found;
}

/** Lines of the plan: what is installed, then what is left. */
export function dependencyLines(
  { source, left, without = [], uv, pythons = [], unmet }: PlannedDependencies,
  commands: number,
): string[] {
  const own = commands === 0 ? '' : commands === 1 ? 'a setup command' : `${commands} setup commands`;
  const found = source === 'none' ? 'no requirements' : source === 'pep723' ? "the script's own (PEP 723)" : source;
  const asked = [...new Set(pythons.map(({ python }) => ` · Python ${python}`))].join('');
  const how = `${uv === undefined ? '' : ` by uv, for ${uv}`}${asked}${without.map((one) => ` · without ${one}`).join('')}`;
  const first = [source === 'none' && own !== '' ? '' : found + how, own].filter(Boolean).join(', then ');
  return [first, ...(unmet === undefined ? [] : [unmet]), ...left];
}

/** @throws `invalid-spec` where an image is known to have no Python that the code asks for: the install would fail. */
export function refusePython(selection: Selection | undefined, spec: RunSpec, settings: Images): void {
  const unmet = settings.cloud === 'aws' ? plannedDependencies(selection, spec, settings)?.unmet : undefined;
  if (unmet === undefined) return;
  throw new TrainctlError('invalid-spec', unmet, {
    next: 'name an image that has one (resources.ami), or run `uv lock`: uv then brings its own',
  });
}

function unmetPython(pythons: AskedPython[], spec: RunSpec, settings: Images): string | undefined {
  const host = pythons.length > 0 ? hostPython(spec, settings) : undefined;
  if (!host) return undefined;
  const unmet = pythons.filter(({ python }) => satisfies(host.version, python) === false);
  const asked = unmet.map(({ file, python }) => `${file} asks for Python ${python}`).join(', ');
  return asked && `${asked}, and ${host.whose} has ${host.version.join('.')}`;
}
