import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Milliseconds, also on a loaded machine. */
const LIMIT_MS = 60_000;

/**
 * Why exceptions that were found on one version say nothing of what is installed; undefined: it is that version.
 * @param wanted the beginning of it, such as `5.2`
 */
export function versionFault(name: string, version: string | undefined, wanted: string): string | undefined {
  if (version === undefined) return `${name} does not say which version it is: its exceptions are those of ${wanted}`;
  if (version === wanted || version.startsWith(`${wanted}.`)) return undefined;
  return `${name} ${version} is installed, and its exceptions are those of ${wanted}`;
}

/** Why a program cannot be started, such as a shim without a package behind it. */
export function startFault(program: string, args: string[]): string | undefined {
  const { error, status, signal, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: LIMIT_MS });
  if (error) return `${program} cannot be started: ${error.message}`;
  if (status === 0) return undefined;
  const last = stderr.trim().split('\n').at(-1);
  return `${program} cannot be started: it ended with ${status ?? signal}${last ? `: ${last}` : ''}`;
}

/** Of a package of Python, as the interpreter of one of its programs sees it. */
export function pythonVersion(program: string, name: string): string | undefined {
  const script = `import importlib.metadata as m; print(m.version(${JSON.stringify(name)}))`;
  for (const python of pythonsOf(program)) {
    const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8', timeout: LIMIT_MS });
    if (status === 0 && stdout.trim() !== '') return stdout.trim();
  }
  return undefined;
}

/** The one that it names itself; of a shim, the one beside it. */
function pythonsOf(program: string): string[] {
  const first = readFileSync(program, 'utf8').split('\n', 1)[0] ?? '';
  const named = /^#!\s*(\S*python\S*)\s*$/.exec(first)?.[1];
  return named === undefined ? ['python', 'python3'].map((one) => path.join(path.dirname(program), one)) : [named];
}

/** Of a program that Go has built: its module, as the linker has written it down. */
export function goVersion(program: string, module: string): string | undefined {
  const file = readFileSync(program);
  const at = file.indexOf(`mod\t${module}\tv`);
  if (at < 0) return undefined;
  return /^mod\t\S+\tv([\w.+-]+)/.exec(file.toString('latin1', at, at + 200))?.[1];
}
