import { type Code, readAlong } from './requirement-lists';
import { installRequires } from './setup-cfg';
import { tomlKeys } from './toml-keys';

/** Where pyproject.toml names lists of requirements that its build reads: setuptools, and the plugin hatch-requirements-txt. */
const KEYS = ['tool.setuptools.dynamic.dependencies.file', 'tool.hatch.metadata.hooks.requirements_txt.files'];

/**
 * The lists that the build of a project reads by itself, with what they include. The rules of the agent's
 * install/read_by_build.py.
 * @param used the files that are installed from
 */
export function readByBuild(code: Code, used: readonly string[]): string[] {
  const named: string[] = [];
  if (used.includes('pyproject.toml')) {
    const keys = tomlKeys(code.read('pyproject.toml') ?? '');
    for (const key of KEYS)
      named.push(...[...(keys.get(key) ?? '').matchAll(/["']([^"']+)["']/g)].map((m) => m[1] ?? ''));
  }
  const file = used.includes('setup.cfg') ? /^file:([\s\S]*)/.exec(installRequires(code))?.[1] : undefined;
  named.push(...(file ?? '').split(/[\n,]/).map((name) => name.trim()));
  return named.filter((name) => name !== '').flatMap((name) => readAlong(code, name));
}
