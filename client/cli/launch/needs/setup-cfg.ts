import type { Code } from './requirement-lists';
import { tomlKeys } from './toml-keys';

/** What a setup.cfg says of its project. */
export interface CfgProject {
  /** Whether setuptools builds it: it names the project and says what is in it, and a pyproject.toml has it built. */
  built: boolean;
  /** Whether it names what it needs. */
  complete: boolean;
}

/** The rules of the agent's install/setup_cfg.py. Undefined: it only configures tools. */
export function cfgProject(code: Code): CfgProject | undefined {
  const needed = installRequires(code);
  if (isBuilt(code)) return { built: true, complete: needed !== '' };
  const lines = needed.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const listed = lines.some((line) => line !== '' && !/^(file|attr):/.test(line));
  return listed ? { built: false, complete: true } : undefined;
}

/** What `install_requires` says, without the blanks around it. */
export function installRequires(code: Code): string {
  return /^install_requires\s*[=:][ \t]*((?:.*\n?)(?:[ \t]+.*\n?)*)/m.exec(section(code, 'options'))?.[1]?.trim() ?? '';
}

function isBuilt(code: Code): boolean {
  if (!code.files.has('pyproject.toml') || !/^name\s*[=:][ \t]*\S/m.test(section(code, 'metadata'))) return false;
  if (!/^(packages|py_modules|package_dir)[ \t]*[=:][ \t]*(?:\S|\r?\n[ \t]+\S)/m.test(section(code, 'options')))
    return false;
  const keys = tomlKeys(code.read('pyproject.toml') ?? '');
  const has = (table: string): boolean => [...keys.keys()].some((key) => key.startsWith(`${table}.`));
  const backend = keys.get('build-system.build-backend') ?? '"setuptools"';
  return has('build-system') && !has('project') && /^["']setuptools/.test(backend);
}

function section(code: Code, name: string): string {
  const cfg = code.files.has('setup.cfg') ? (code.read('setup.cfg') ?? '') : '';
  return new RegExp(`^\\[${name}\\]\\s*$([\\s\\S]*?)(?=^\\[|(?![\\s\\S]))`, 'm').exec(cfg)?.[1] ?? '';
}
