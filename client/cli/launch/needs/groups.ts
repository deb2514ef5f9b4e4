import { type Code, itself } from './requirement-lists';
import { syncWords } from './sync-words';
import { tomlKeys } from './toml-keys';

/** Where pyproject.toml names extras and groups of dependencies, and as what they are told of. */
const TABLES: [RegExp, string][] = [
  [/^project\.optional-dependencies\.([^.]+)$/, 'extra'],
  [/^tool\.poetry\.extras\.([^.]+)$/, 'extra'],
  [/^tool\.flit\.metadata\.requires-extra\.([^.]+)$/, 'extra'],
  [/^dependency-groups\.([^.]+)$/, 'group'],
  [/^tool\.uv\.(dev)-dependencies$/, 'group'],
  [/^tool\.poetry\.group\.([^.]+)\.dependencies\..+$/, 'Poetry group'],
  [/^tool\.poetry\.(dev)-dependencies\..+$/, 'Poetry group'],
  [/^tool\.pdm\.dev-dependencies\.([^.]+)$/, 'PDM group'],
  [/^tool\.hatch\.envs\.([^.]+)\.(?:extra-)?dependencies$/, 'Hatch environment'],
];

/** Names of what develops a project, and does not run it. */
export const FOR_DEVELOPERS =
  /(^|[-_./])(dev|devel|develop|development|tests?|testing|docs?|documentation|lint|linting|linters?|ci|build|tools?|tooling|typing|types|mypy|style|formatting|pre-?commit|release)(?=[-_./]|$)/i;

interface Group {
  kind: string;
  name: string;
}

/** What a project names beside what it needs in any case, and what of it is not installed. */
export interface LeftGroups {
  /** Sentences of those that a training may need. */
  left: string[];
  /** Those of developers, in a few words each: `extra docs`, `groups dev, test`. */
  without: string[];
}

/**
 * @param source of what is installed, as in dependencyRules
 * @param built whether the project itself is installed
 */
export function leftGroups(code: Code, source: string, built: boolean, command: string | string[]): LeftGroups {
  const text = code.files.has('pyproject.toml') ? (code.read('pyproject.toml') ?? '') : '';
  const keys = tomlKeys(text);
  const found = groupsOf(keys);
  const locked = source === 'uv.lock';
  const asked = source.split(', ').includes('requirements.txt') ? itself(code, 'requirements.txt') : undefined;
  const taken = locked ? byUv(keys, found, command) : new Set((asked ?? []).map((name) => `extra ${name}`));
  const rest = (groups: Group[]): Group[] => groups.filter(({ kind, name }) => !taken.has(`${kind} ${name}`));
  const older = (names: string[]): Group[] => names.map((name) => ({ kind: 'extra', name }));
  const left = [
    ...sentences('pyproject.toml', rest(found), locked, built, command),
    ...sentences('setup.cfg', rest(older(cfgExtras(code))), locked, built, command),
    ...sentences('setup.py', rest(older(setupExtras(code))), locked, built, command),
  ];
  const used = locked || source.split(', ').includes('pyproject.toml');
  return { left, without: used ? inWords(rest(found).filter(({ name }) => FOR_DEVELOPERS.test(name))) : [] };
}

function groupsOf(keys: Map<string, string>): Group[] {
  const found = new Map<string, Group>();
  for (const [key, value] of keys) {
    for (const [pattern, kind] of TABLES) {
      const name = pattern.exec(key)?.[1];
      if (name === undefined || (kind === 'extra' && !/["']/.test(value))) continue;
      const optional = kind === 'Poetry group' && keys.get(`tool.poetry.group.${name}.optional`) === 'true';
      found.set(`${kind} ${name}`, { kind, name: optional ? `${name} (optional)` : name });
    }
  }
  return [...found.values()];
}

function* byKind(groups: Group[]): Generator<[kind: string, names: string[]]> {
  for (const kind of new Set(groups.map((group) => group.kind))) {
    yield [kind, groups.filter((group) => group.kind === kind).map(({ name }) => name)];
  }
}

const inWords = (groups: Group[]): string[] =>
  [...byKind(groups)].map(([kind, names]) => `${kind}${names.length > 1 ? 's' : ''} ${names.join(', ')}`);

function sentences(
  file: string,
  groups: Group[],
  locked: boolean,
  built: boolean,
  command: string | string[],
): string[] {
  const needed = groups.filter(({ name }) => !FOR_DEVELOPERS.test(name));
  return [...byKind(needed)].map(([kind, names]) => {
    const many = names.length > 1;
    const way = how(kind, names, locked, built, command);
    return `the ${kind}${many ? 's' : ''} ${names.join(', ')} of ${file} ${many ? 'are' : 'is'} not installed: ${way}`;
  });
}

/** What somebody does who needs them. */
function how(kind: string, names: string[], locked: boolean, built: boolean, command: string | string[]): string {
  const them = names.length > 1 ? 'them' : 'it';
  const flags = names.map((name) => `--${kind} ${name}`).join(' ');
  if (locked && (kind === 'extra' || kind === 'group')) {
    return /uv run/.test([command].flat().join(' '))
      ? `\`uv run ${flags}\` as the command brings ${them}`
      : `\`uv sync --frozen --inexact ${flags}\` in \`setup\` brings ${them}`;
  }
  if (kind === 'extra' && built) return `\`pip install '.[${names.join(',')}]'\` in \`setup\` brings ${them}`;
  if (kind === 'group') return `\`uv pip install ${flags}\` in \`setup\` brings ${them}`;
  return `name what the training needs of ${them} among the dependencies, or in \`setup\``;
}

/** Those that `uv sync` installs, with the flags of the command's own `uv run`. */
function byUv(keys: Map<string, string>, groups: Group[], command: string | string[]): Set<string> {
  const words = syncWords(command);
  const has = (flag: string): boolean => words.includes(flag);
  const after = (kind: string, ...flags: string[]): string[] =>
    words.flatMap((word, i) => (flags.includes(word) && words[i + 1] !== undefined ? [`${kind} ${words[i + 1]}`] : []));
  const default_ = keys.get('tool.uv.default-groups') ?? '["dev"]';
  const every = has('--all-groups') || /^["']all["']$/.test(default_);
  const usual = (name: string): boolean => new RegExp(`["']${name.replace(/\W/g, '\\$&')}["']`).test(default_);
  const taken = new Set([...after('extra', '--extra'), ...after('group', '--group', '--only-group')]);
  for (const { kind, name } of groups) {
    if (kind === 'extra' && has('--all-extras')) taken.add(`extra ${name}`);
    if (kind !== 'group' || (has('--no-default-groups') && !has('--all-groups'))) continue;
    if (every || usual(name)) taken.add(`group ${name}`);
  }
  if (has('--dev') || has('--only-dev')) taken.add('group dev');
  for (const one of [...after('extra', '--no-extra'), ...after('group', '--no-group')]) taken.delete(one);
  if (has('--no-dev')) taken.delete('group dev');
  return taken;
}

function cfgExtras(code: Code): string[] {
  const cfg = code.files.has('setup.cfg') ? (code.read('setup.cfg') ?? '') : '';
  const section = /^\[options\.extras_require\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(cfg)?.[1] ?? '';
  return [...section.matchAll(/^([\w.-]+)\s*[=:]/gm)].map(([, name = '']) => name.toLowerCase());
}

/** Those of a setup.py, as far as they are written out. */
function setupExtras(code: Code): string[] {
  const text = code.files.has('setup.py') ? (code.read('setup.py') ?? '') : '';
  const written = /\bsetup\s*\(/.test(text) ? /\bextras_require\s*=\s*\{([^}]*)\}/.exec(text)?.[1] : undefined;
  return [...(written ?? '').matchAll(/["']([A-Za-z0-9][\w.-]*)["']\s*:/g)].map(([, name = '']) => name);
}
