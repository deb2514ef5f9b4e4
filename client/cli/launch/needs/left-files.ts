import path from 'node:path';
import type { Code } from './requirement-lists';

const CONDA = "is conda's, which is not used: name it in `setup`, or write requirements.txt";
const PIXI = /^(pixi\.(toml|lock)|conda-lock\.ya?ml)$/;
const BY_NAME = /^(environment|conda)\.ya?ml$/;

/** Names of what is not used, and why. */
const OTHERS: [RegExp, string][] = [
  [/^Pipfile(\.lock)?$/, "is pipenv's, which is not used: write its packages to requirements.txt"],
  [BY_NAME, CONDA],
  [PIXI, CONDA],
  [/^((poetry|pdm)\.lock|pylock(\..+)?\.toml)$/, 'is not read: versions are the newest that the project allows'],
];

/** Names that conda's files have as well as others: conda's have a list of dependencies. */
const CONDA_TOO = /^([\w-]+[-_.])?(env|environment|conda)([-_.][\w-]+)?\.ya?ml$/;

/** What is looked for beside a script in a folder of its own. */
const PROJECT_FILES = ['uv.lock', 'requirements.txt', 'pyproject.toml', 'setup.py'];

/** Sentences of the files beside the command that are other tools'. */
export function leftFiles(code: Code, names: readonly string[]): string[] {
  return names.flatMap((name) => [
    ...OTHERS.filter(([pattern]) => pattern.test(name)).map(([, words]) => `${name} ${words}`),
    ...(isConda(code, name) ? [`${name} ${CONDA}`] : []),
  ]);
}

const isConda = (code: Code, name: string): boolean =>
  !BY_NAME.test(name) && CONDA_TOO.test(name) && /^dependencies:/m.test(code.read(name) ?? '');

/** What pyproject.toml says to pixi. `keys`: its keys. */
export const leftOfPixi = (keys: Iterable<string>): string[] =>
  [...keys].some((key) => key.startsWith('tool.pixi.')) ? [`[tool.pixi] of pyproject.toml ${CONDA}`] : [];

/** What a project in a folder of its own requires, where the command names that folder or a file in it. */
export function besideTheScript(code: Code, command: string | string[]): string[] {
  const words = typeof command === 'string' ? command.split(/[\s'"]+/) : command;
  for (const word of words.map((one) => one.replace(/[;&|]+$/, ''))) {
    for (const one of new Set([word, path.posix.dirname(word)])) {
      const folder = path.posix.normalize(one).replace(/\/$/, '');
      if (/^[./]/.test(folder)) continue;
      const found = PROJECT_FILES.find((name) => code.files.has(`${folder}/${name}`));
      if (found) return [`${folder}/${found} is not read: name it by \`setup.requirements\``];
    }
  }
  return [];
}
