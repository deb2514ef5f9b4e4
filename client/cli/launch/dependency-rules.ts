import { type Code, namesItself, readAlong } from './requirement-lists';
import { tomlKeys } from './toml-keys';

/** What the setup of a run will install by itself, and what it sees and leaves. */
export interface Dependencies {
  /** As the host will report it: `uv.lock`, `requirements.txt, pyproject.toml`, `pep723`, `none`, … */
  source: string;
  /** A file's name and the reason, each. */
  left: string[];
}

/**
 * The rules of the agent (install/requirements.py and install/left.py), applied before the launch; a table of cases holds both to
 * the same answers.
 */
export function dependenciesOf(code: Code, wanted: string, command: string | string[]): Dependencies {
  if (wanted !== 'auto') return { source: wanted, left: [] };
  const source = sourceOf(code, command);
  return { source, left: leftOf(code, source, command) };
}

function sourceOf(code: Code, command: string | string[]): string {
  if (code.files.has('uv.lock')) return 'uv.lock';
  const project = projectOf(code);
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
  const cfg = code.files.has('setup.cfg') ? (code.read('setup.cfg') ?? '') : '';
  const options = /^\[options\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(cfg)?.[1] ?? '';
  const needed = /^install_requires\s*=[ \t]*((?:.*\n?)(?:[ \t]+.*\n?)*)/m.exec(options)?.[1] ?? '';
  const lines = needed.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.some((line) => line !== '' && !/^(file|attr):/.test(line))
    ? { file: 'setup.cfg', built: false, complete: true }
    : undefined;
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
function scriptOf(code: Code, command: string | string[]): { name: string; listed: boolean } | undefined {
  const words = typeof command === 'string' ? command.split(/[\s'"]+/) : command;
  for (const word of words) {
    const name = word.replace(/[;&|]+$/, '').replace(/^(\.\/)+/, '');
    if (!name.endsWith('.py') || !code.files.has(name)) continue;
    const block = /^# \/\/\/ script\r?$\s((?:^#(?:| .*)\r?$\s)+)^# \/\/\/\r?$/m.exec(
      code.read(name)?.replace(/^\uFEFF/, '') ?? '',
    )?.[1];
    const value = block && tomlKeys(block.replace(/^# ?/gm, '')).get('dependencies');
    if (value !== undefined && value !== '') return { name: word, listed: /["']/.test(value) };
  }
  return undefined;
}

const CONDA = "is conda's, which is not used: name it in `setup`, or write requirements.txt";

/** Names that are looked for beside the command. */
const OTHERS: [RegExp, string][] = [
  [/^Pipfile(\.lock)?$/, "is pipenv's, which is not used: write its packages to requirements.txt"],
  [/^(environment|conda)\.ya?ml$/, CONDA],
  [/^(pixi\.(toml|lock)|conda-lock\.ya?ml)$/, CONDA],
  [/^((poetry|pdm)\.lock|pylock(\..+)?\.toml)$/, 'is not read: versions are the newest that the project allows'],
];
const LISTS = /^((requirements[-_.].+|.+[-_.]requirements)\.(txt|in)|requirements\.in|requirements\/[^/]+\.(txt|in))$/;
const NAMES_UV = /(?:^|[\s;&|(`'"])uvx?(?=\s|$)/;
const FOR_DEVELOPERS = /(dev|test|doc|lint|ci|build|tool)/i;

function leftOf(code: Code, source: string, command: string | string[]): string[] {
  const used = source.split(', ');
  const names = [...code.files].sort();
  const left: string[] = [];
  if (code.files.has('requirements.txt') && !used.includes('requirements.txt')) {
    left.push(`requirements.txt is not read: ${source} says what is needed`);
  }
  for (const name of names) {
    for (const [pattern, words] of OTHERS) if (pattern.test(name)) left.push(`${name} ${words}`);
  }
  const top = names.filter((name) => LISTS.test(name) && !name.includes('/'));
  const inFolder = names.filter((name) => LISTS.test(name) && name.includes('/'));
  const read = used.flatMap((name) => readAlong(code, name));
  for (const name of [...top, ...inFolder]) {
    if (read.includes(name)) continue;
    if (source === 'none' || !FOR_DEVELOPERS.test(name)) {
      left.push(`${name} is not read: name it by \`setup.requirements\``);
    }
  }
  // uv reads a script's own requirements itself.
  const readHere = source === 'pep723' || source === 'none' || NAMES_UV.test([command].flat().join(' '));
  const script = readHere ? undefined : scriptOf(code, command);
  if (script?.listed) {
    left.push(`${script.name} has requirements of its own (PEP 723), which are not read: ${source} is`);
  }
  return left;
}
