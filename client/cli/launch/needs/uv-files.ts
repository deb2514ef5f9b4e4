import type { Code } from './requirement-lists';
import { tomlKeys } from './toml-keys';

/** Keys that decide which packages are installed, and that no other tool reads. */
const OF_PACKAGES = [
  ...['index', 'index-url', 'extra-index-url', 'find-links', 'no-index', 'index-strategy'],
  ...['constraint-dependencies', 'override-dependencies', 'exclude-dependencies', 'dependency-metadata'],
];

/**
 * Where the code says, in words that uv alone reads, which packages are meant: `[tool.uv.sources]`, `uv.toml`; undefined where
 * it does not, and where uv installs in any case. The rules of the agent's install/indexes/uv_files.py.
 */
export function asksForUv(code: Code, source: string): string | undefined {
  if (source === 'none' || source === 'uv.lock') return undefined;
  const of = (name: string): string => (code.files.has(name) ? (code.read(name) ?? '') : '');
  const project = settings(of('pyproject.toml'), 'tool.uv.');
  if (project.has('sources') && source.split(', ').includes('pyproject.toml')) return '[tool.uv.sources]';
  if (code.files.has('uv.toml')) {
    const own = settings(of('uv.toml'), '');
    return OF_PACKAGES.some((key) => own.has(key)) ? 'uv.toml' : undefined;
  }
  const key = OF_PACKAGES.find((one) => project.has(one));
  return key === undefined ? undefined : `${key} of [tool.uv]`;
}

/** Whether a script's PEP 723 block has such words, which only `uv run` reads. */
export function asksForUvRun(block: string): boolean {
  const own = settings(block, 'tool.uv.');
  return own.has('sources') || OF_PACKAGES.some((key) => own.has(key));
}

/** Words of a shell that a command comes after. */
const BEFORE = ['exec', 'time', 'nohup', 'then', 'do', 'else', '{', '(', '!'];

/**
 * Whether uv starts a script, and reads what it requires: by the command, or by the first line of a script that is itself what is
 * run (`./train.py`, not `python train.py`). The rule of the agent's install/uses_uv.py.
 */
export function startedByUv(code: Code, word: string, command: string | string[]): boolean {
  const script = word.replace(/[;&|]+$/, '');
  if (/(?:^|[\s;&|(`'"])uvx?(?=\s|$)/.test([command].flat().join(' '))) return true;
  if (!isRun(script, command)) return false;
  return /^#!.*[\s/]uvx?(?=\s|$)/m.test((code.read(script.replace(/^(\.\/)+/, '')) ?? '').split('\n', 1)[0] ?? '');
}

function isRun(script: string, command: string | string[]): boolean {
  if (Array.isArray(command)) return command[0] === script;
  return command
    .replaceAll('\\\n', ' ')
    .split('\n')
    .some((line) => {
      let first = true;
      for (const word of line.split(/[\s'"]+/).filter((one) => one !== '')) {
        const bare = word.replace(/[;&|]+$/, '');
        if (first && bare === script) return true;
        first = bare !== word || (first && /^\w+=/.test(word)) || BEFORE.includes(word);
      }
      return false;
    });
}

/** The names of the settings that a text makes; those for `uv pip` among them. */
function settings(text: string, prefix: string): Set<string> {
  const names = [...tomlKeys(text).keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
  return new Set(names.map((name) => name.replace(/^pip\./, '').replace(/\..*$/, '')));
}
