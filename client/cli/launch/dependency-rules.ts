import { FOR_DEVELOPERS, leftGroups } from './needs/groups';
import { besideTheScript, leftFiles, leftOfPixi } from './needs/left-files';
import { type AskedPython, askedPythons } from './needs/pythons';
import { readByBuild } from './needs/read-by-build';
import { type Code, namesItself, readAlong } from './needs/requirement-lists';
import { cfgProject } from './needs/setup-cfg';
import { tomlKeys } from './needs/toml-keys';
import { asksForUv, asksForUvRun, startedByUv } from './needs/uv-files';

/** What the setup of a run will install by itself, and what it sees and leaves. */
export interface Dependencies {
  /** As the host will report it: `uv.lock`, `requirements.txt, pyproject.toml`, `pep723`, `none`, … */
  source: string;
  /** A file's name and the reason, each. */
  left: string[];
  /** Extras and groups that only developers need; absent: none. */
  without?: string[];
  /** What of the code makes uv install, also on an image without: `[tool.uv.sources]`. Absent: whatever the image has. */
  uv?: string;
  /** Which Python is asked for, and by which file; absent: any. */
  pythons?: AskedPython[];
}

/**
 * The rules of the agent (install/requirements.py and install/left.py), applied before the launch; a table of cases holds both to
 * the same answers.
 */
export function dependenciesOf(code: Code, wanted: string, command: string | string[]): Dependencies {
  if (wanted !== 'auto') return chosen(code, wanted, command);
  const project = projectOf(code);
  const source = sourceOf(code, project, command);
  const script = source === 'pep723' ? scriptOf(code, command) : undefined;
  // uv brings the Python that a script asks for by itself.
  const pythons = script && startedByUv(code, script.name, command) ? [] : askedPythons(code, source, script);
  const groups = leftGroups(code, source, project?.built === true || isSetup(code), command);
  const uv = asksForUv(code, source);
  return {
    source,
    left: leftOf(code, source, groups.left, command),
    ...some('without', groups.without),
    ...(uv === undefined ? {} : { uv }),
    ...some('pythons', pythons),
  };
}

/** What a spec names is its affair, but for the groups and extras of the project that it names. */
function chosen(code: Code, wanted: string, command: string | string[]): Dependencies {
  const folder = wanted.slice(0, wanted.lastIndexOf('/') + 1);
  const source = wanted.slice(folder.length);
  const names = [...code.files].filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length));
  const there = { files: new Set(names), read: (name: string) => code.read(folder + name) };
  const known = ['uv.lock', 'pyproject.toml', 'setup.py', 'setup.cfg'].includes(source);
  const built = projectOf(there)?.built === true || isSetup(there);
  const { left, without } = known ? leftGroups(there, source, built, command) : { left: [], without: [] };
  return { source: wanted, left, ...some('without', without), ...some('pythons', askedPythons(code, wanted)) };
}

const some = <K extends string, T>(key: K, values: T[]): { [key in K]?: T[] } =>
  (values.length > 0 ? { [key]: values } : {}) as { [key in K]?: T[] };

function sourceOf(code: Code, project: Project | undefined, command: string | string[]): string {
  if (code.files.has('uv.lock')) return 'uv.lock';
  const listed = code.files.has('requirements.txt');
  const itself = listed && project !== undefined && namesItself(code, 'requirements.txt');
  if (itself || (listed && !project?.complete)) {
    return project?.built && !itself ? `requirements.txt, ${project.file}` : 'requirements.txt';
  }
  if (project) return project.file;
  return scriptOf(code, command) ? 'pep723' : 'none';
}

interface Project {
  file: string;
  /** Whether it is installed itself, not its dependencies alone. */
  built: boolean;
  /** Whether it names all that it needs. */
  complete: boolean;
}

function projectOf(code: Code): Project | undefined {
  const text = code.files.has('pyproject.toml') ? code.read('pyproject.toml') : undefined;
  const found = text === undefined ? undefined : pyproject(code, text);
  if (found) return found;
  if (isSetup(code)) return { file: 'setup.py', built: true, complete: false };
  const cfg = cfgProject(code);
  return cfg && { file: 'setup.cfg', ...cfg };
}

function pyproject(code: Code, text: string): Project | undefined {
  const keys = tomlKeys(text);
  const has = (table: string): boolean => [...keys.keys()].some((key) => key.startsWith(`${table}.`));
  const listed = (key: string): boolean => /["']/.test(keys.get(key) ?? '');
  const computed = /["']dependencies["']/.test(keys.get('project.dynamic') ?? '');
  const poetry = [...keys.keys()].some((key) => /^tool\.poetry\.dependencies\.(?!python(\.|$))/i.test(key));
  const complete = listed('project.dependencies') || computed || listed('tool.flit.metadata.requires') || poetry;
  const packaged = isPackage(code, text, keys);
  const found = (built: boolean): Project => ({ file: 'pyproject.toml', built, complete });
  const builds = has('build-system');
  if (has('tool.poetry') && !(builds && packaged) && (computed || !has('project'))) return found(false);
  if (has('project') && (builds || computed || isSetup(code)) && packaged) return found(true);
  if (has('project')) return listed('project.dependencies') ? found(false) : undefined;
  return builds && (has('tool.poetry') || has('tool.flit.metadata') || isSetup(code)) ? found(true) : undefined;
}

/** Whether Poetry would find something to build: `poetry init` writes a build system for projects of scripts alone, too. */
function isPackage(code: Code, text: string, keys: Map<string, string>): boolean {
  if (/^[ \t]*package-mode[ \t]*=[ \t]*false\b/m.test(text)) return false;
  const all = [...keys.keys()];
  const name = /^["'](.*)["']$/.exec(keys.get('tool.poetry.name') ?? keys.get('project.name') ?? '')?.[1];
  const backend = keys.get('build-system.build-backend') ?? 'poetry';
  if (!all.some((key) => key.startsWith('tool.poetry.')) || name === undefined || !backend.includes('poetry'))
    return true;
  const module = name.replace(/[-_.]+/g, '_').toLowerCase();
  const places = ['', 'src/'].flatMap((place) => [`${place}${module}/__init__.py`, `${place}${module}.py`]);
  const listed = all.some((key) => key === 'tool.poetry.packages' || key.startsWith('tool.poetry.packages.'));
  return listed || places.some((place) => code.files.has(place));
}

const isSetup = (code: Code): boolean => code.files.has('setup.py') && /\bsetup\s*\(/.test(code.read('setup.py') ?? '');

/** The first script of the command that has requirements of its own. */
function scriptOf(
  code: Code,
  command: string | string[],
): { name: string; block: string; listed: boolean } | undefined {
  const words = typeof command === 'string' ? command.split(/[\s'"]+/) : command;
  for (const word of words) {
    const name = word.replace(/[;&|]+$/, '').replace(/^(\.\/)+/, '');
    if (!name.endsWith('.py') || !code.files.has(name)) continue;
    const found = /^# \/\/\/ script\r?$\s((?:^#(?:| .*)\r?$\s)+)^# \/\/\/\r?$/m.exec(
      code.read(name)?.replace(/^\uFEFF/, '') ?? '',
    )?.[1];
    const block = (found ?? '').replace(/^# ?/gm, '');
    const value = tomlKeys(block).get('dependencies');
    if (value !== undefined && value !== '') return { name: word, block, listed: /["']/.test(value) };
  }
  return undefined;
}

const LISTS =
  /^((requirements[-_.].+|.+[-_.]requirements)\.(txt|in)|requirements\.(in|lock)|requirements\/[^/]+\.(txt|in))$/;
/** Keys by which a project says where its packages lie, and their tables. uv's own are read, by uv. */
const INDEXES = { 'tool.poetry.source.url': '[[tool.poetry.source]]', 'tool.pdm.source.url': '[[tool.pdm.source]]' };

function leftOf(code: Code, source: string, groups: string[], command: string | string[]): string[] {
  const used = source.split(', ');
  const names = [...code.files].sort();
  const left: string[] = [];
  const built = readByBuild(code, used);
  if (code.files.has('requirements.txt') && ![...used, ...built].includes('requirements.txt')) {
    left.push(`requirements.txt is not read: ${source} says what is needed`);
  }
  left.push(...leftFiles(code, names));
  const top = names.filter((name) => LISTS.test(name) && !name.includes('/'));
  const inFolder = names.filter((name) => LISTS.test(name) && name.includes('/'));
  const read = [...built, ...used.flatMap((name) => readAlong(code, name))];
  for (const name of [...top, ...inFolder]) {
    if (read.includes(name)) continue;
    if (source === 'none' || !FOR_DEVELOPERS.test(name.replace(/\.[^.]*$/, ''))) {
      left.push(`${name} is not read: name it by \`setup.requirements\``);
    }
  }
  if (source === 'none') left.push(...besideTheScript(code, command));
  left.push(...groups);
  const keys = tomlKeys(code.files.has('pyproject.toml') ? (code.read('pyproject.toml') ?? '') : '');
  for (const [key, table] of Object.entries(INDEXES)) {
    if (keys.has(key))
      left.push(`${table} of pyproject.toml is not read: name the index by PIP_EXTRA_INDEX_URL in \`env\``);
  }
  left.push(...leftOfPixi(keys.keys()));
  // uv reads a script's own requirements itself.
  const named = scriptOf(code, command);
  const script = named && !startedByUv(code, named.name, command) ? named : undefined;
  if (script && source === 'pep723' && asksForUvRun(script.block)) {
    left.push(`[tool.uv] of ${script.name} is not read: \`uv run ${script.name}\` reads it`);
  }
  if (script?.listed && source !== 'pep723' && source !== 'none') {
    left.push(`${script.name} has requirements of its own (PEP 723), which are not read: ${source} is`);
  }
  return left;
}
