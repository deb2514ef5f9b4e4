import type { Code } from './requirement-lists';
import { tomlKeys } from './toml-keys';

/** A file that is installed from, and the Python that it asks for, in its own words. */
export interface AskedPython {
  file: string;
  python: string;
}

/**
 * The rules of the agent's install/pythons.py.
 * @param script the name and the PEP 723 block of the script that is installed from, if one is
 */
export function askedPythons(code: Code, source: string, script?: { name: string; block: string }): AskedPython[] {
  const read = (name: string): string => (code.files.has(name) ? (code.read(name) ?? '') : '');
  if (source === 'pep723') {
    const python = text(tomlKeys(script?.block ?? '').get('requires-python'));
    return script && python ? [{ file: script.name, python }] : [];
  }
  return source.split(', ').flatMap((file) => {
    const last = file.slice(file.lastIndexOf('/') + 1);
    const beside = `${file.slice(0, file.lastIndexOf('/') + 1)}setup.cfg`;
    const python =
      last === 'pyproject.toml'
        ? ofProject(read(file))
        : last === 'setup.cfg'
          ? ofCfg(read(file))
          : last === 'setup.py'
            ? (/\bpython_requires\s*=\s*["']([^"']+)["']/.exec(read(file))?.[1] ?? ofCfg(read(beside)))
            : '';
    return python ? [{ file, python }] : [];
  });
}

function ofProject(toml: string): string {
  const keys = tomlKeys(toml);
  const poetry = 'tool.poetry.dependencies.python';
  return text(keys.get('project.requires-python')) || text(keys.get(poetry)) || text(keys.get(`${poetry}.version`));
}

const ofCfg = (cfg: string): string => {
  const options = /^\[options\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(cfg)?.[1] ?? '';
  return /^python_requires\s*[=:](.*)$/m.exec(options)?.[1]?.trim() ?? '';
};

/** A string of TOML without its quotes; empty for what is none. */
const text = (value: string | undefined): string => /^["'](.*)["']$/.exec(value ?? '')?.[1] ?? '';

const CLAUSE = /[\s,]*(===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*(\d+(?:\.\d+)*)(\.\*)?(?=[\s,]|$)/y;

/**
 * Whether a Python (`[3, 11, 7]`, or as much of it as is known) is one of those that a requirement names, in the words of PEP 440
 * or of Poetry; undefined where a part of it is neither, or where what is not known decides.
 */
export function satisfies(version: readonly number[], wanted: string): boolean | undefined {
  const found = wanted.split(/\|\|?/).map((one) => eachOf(version, one.trim()));
  return found.includes(true) ? true : found.includes(undefined) ? undefined : false;
}

function eachOf(version: readonly number[], clauses: string): boolean | undefined {
  const found: (boolean | undefined)[] = [];
  CLAUSE.lastIndex = 0;
  for (let at = 0; at < clauses.length && clauses !== '*'; at = CLAUSE.lastIndex) {
    const clause = CLAUSE.exec(clauses);
    if (!clause) {
      found.push(undefined);
      break;
    }
    const [, operator = '==', numbers = '', family] = clause;
    const release = numbers.split('.').map(Number);
    // Of a release that is known but for its last number, both ends.
    const ends =
      version.length > 2
        ? [version]
        : [
            [...version, 0],
            [...version, 999],
          ];
    const all = new Set(ends.map((one) => holds(one, operator, release, family !== undefined)));
    found.push(all.size === 1 ? [...all][0] : undefined);
  }
  return found.includes(false) ? false : found.includes(undefined) ? undefined : true;
}

function holds(version: readonly number[], operator: string, wanted: number[], family: boolean): boolean | undefined {
  const order = compare(version, wanted);
  const starts = (length: number): boolean => wanted.slice(0, length).every((number, i) => number === version[i]);
  switch (operator) {
    case '!=':
      return family ? !starts(wanted.length) : order !== 0;
    case '~=':
      return wanted.length > 1 ? order >= 0 && starts(wanted.length - 1) : undefined;
    case '^':
      return order >= 0 && starts(1);
    case '~':
      return order >= 0 && starts(Math.min(2, wanted.length));
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default:
      return family ? starts(wanted.length) : order === 0;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
