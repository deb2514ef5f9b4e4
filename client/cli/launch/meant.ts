import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { nearest } from '../../../contract';
import { TrainctlError } from '../..';

/** What runs a script, by the end of its name. */
const INTERPRETERS: Record<string, string> = {
  '.py': 'python',
  '.sh': 'bash',
  '.bash': 'bash',
  '.jl': 'julia',
  '.r': 'Rscript',
  '.js': 'node',
  '.mjs': 'node',
  '.pl': 'perl',
  '.rb': 'ruby',
};

/** Programs that people start trainings with; what else they call need not be installed here. */
const PROGRAMS =
  /^(python[\d.]*|pypy[\d.]*|ipython|torchrun|accelerate|deepspeed|horovodrun|mpirun|mpiexec|srun|ray|lightning|composer|uv|uvx|pipx?|poetry|pdm|hatch|rye|pipenv|conda|mamba|micromamba|pixi|tox|nox|jupyter|papermill|snakemake|dvc|make|just|cmake|ninja|bash|sh|zsh|env|nice|time|timeout|nohup|numactl|node|npm|npx|pnpm|yarn|deno|bun|tsx|julia|Rscript|perl|ruby|cargo|go|java|nvidia-smi)$/;

const SPECS = /\.(ya?ml|json)$/i;

/** The words that `run` was given, told apart: its own options, and from the first other word on, perhaps a command. */
export interface RunWords {
  own: string[];
  command: string[];
}

/**
 * Tells the words after `run` apart. Options that stand behind the first other word are the command's, unless `run` knows them
 * all: `trainctl run train.py --dry-run` asks for a dry run.
 */
function tellApart(run: Pick<Command, 'options'>, words: readonly string[]): RunWords {
  const lead = ownOptions(run, words);
  const [first, ...after] = words.slice(lead.length);
  if (first === undefined) return { own: lead, command: [] };
  const tail = ownOptions(run, after);
  if (tail.length === after.length) return { own: [...lead, ...tail], command: [first] };
  return { own: lead, command: [first, ...after] };
}

/** The options of `run`, with their values, at the beginning of words. */
function ownOptions(run: Pick<Command, 'options'>, words: readonly string[]): string[] {
  let i = 0;
  while (i < words.length) {
    const [flag = ''] = (words[i] ?? '').split('=', 1);
    const option = run.options.find(({ long, short }) => flag !== '' && (flag === long || flag === short));
    if (!option) break;
    i += option.required && !words[i]?.includes('=') ? 2 : 1;
  }
  return words.slice(0, i);
}

/**
 * The error for words that are no spec but a command, with the line that runs it; undefined when they may be a spec. `words` are
 * those after `run`, `rest` those after `--`.
 */
export function meantCommand(
  run: Pick<Command, 'options'>,
  words: readonly string[],
  rest: readonly string[],
  cwd = process.cwd(),
): TrainctlError | undefined {
  const { own, command } = tellApart(run, words);
  const [first, ...after] = [...command, ...rest];
  if (first === undefined || first.startsWith('-')) return undefined;
  const file = statOf(path.resolve(cwd, first));
  // What stands behind a spec and begins with a dash is an option that is not known.
  if (command[1]?.startsWith('-') && (file === 'folder' || (file === 'file' && SPECS.test(first)))) return undefined;
  const line = (folder: string, ...all: string[]): string =>
    [...['trainctl', 'run', ...own, ...(folder === '' ? [] : [folder])].map(quoted), '--', ...all.map(quoted)].join(
      ' ',
    );
  const refused = (what: string, next: string): TrainctlError => new TrainctlError('usage', what, { next });

  if (file === 'folder') {
    if (command.length < 2) return undefined;
    return refused(
      `"${command.slice(1).join(' ')}" is no part of a spec, and a command stands after --`,
      line(first, ...after),
    );
  }
  if (file === 'file') {
    if (path.extname(first) === '.ipynb')
      return refused(`${first} is a notebook, not a spec`, line('', 'jupyter', 'execute', first, ...after));
    const script = scriptLine(first, cwd);
    if (script) return refused(`${first} is a script, not a spec`, line(script.folder, ...script.words, ...after));
    if (command.length < 2) return undefined;
    return refused(
      `"${command.slice(1).join(' ')}" is no part of a spec, and a command stands after --`,
      line(first, ...after),
    );
  }
  const variables = [...command, ...rest].findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  if (file === undefined && variables > 0) {
    const all = [...command, ...rest];
    const set = all.slice(0, variables).map((word) => `--env ${quoted(word)}`);
    const next = line('', ...all.slice(variables)).replace(' -- ', ` ${set.join(' ')} -- `);
    return refused(`${first} is a variable, not a spec`, next);
  }
  if (PROGRAMS.test(first) || (isProgram(first) && after.length > 0 && !SPECS.test(first)))
    return refused(`${first} is a program, not a spec`, line('', first, ...after));
  return missing(first, after, cwd, line);
}

/** A name that nothing has: the file that it comes near to, or what it looks like. */
function missing(
  first: string,
  after: string[],
  cwd: string,
  line: (folder: string, ...all: string[]) => string,
): TrainctlError {
  const [program = ''] = first.trim().split(/\s+/);
  const script = program === first ? undefined : scriptLine(program, cwd);
  if (script?.folder === '' || (program !== first && (PROGRAMS.test(program) || isProgram(program)))) {
    const text = script ? `${script.words.join(' ')}${first.trim().slice(program.length)}` : first;
    return new TrainctlError('usage', `"${first}" is a command, not a spec`, { next: line('', text, ...after) });
  }
  const folder = path.dirname(path.resolve(cwd, first));
  const near = nearest(
    path.basename(first),
    namesIn(folder).filter((name) => isLike(name, first)),
  );
  const found = near === undefined ? undefined : path.join(path.dirname(first), near);
  const what = `there is no file or folder ${first}`;
  if (found !== undefined) {
    const meant = scriptLine(found, cwd);
    const next = meant ? line(meant.folder, ...meant.words, ...after) : `trainctl run ${quoted(found)}`;
    return new TrainctlError('usage', `${what}; did you mean ${found}?`, { next });
  }
  const interpreter = INTERPRETERS[path.extname(first).toLowerCase()];
  if (interpreter !== undefined) {
    const next = `name one that is there, and its command after --: ${line('', interpreter, 'SCRIPT', ...after)}`;
    return new TrainctlError('usage', what, { next });
  }
  if (SPECS.test(first))
    return new TrainctlError('usage', what, { next: 'name a spec file, or a folder that holds one' });
  return new TrainctlError('usage', what, { next: `to run it as a command: ${line('', first, ...after)}` });
}

/** A missing script is like scripts, a missing spec like specs, and a name without an end like both, and like folders. */
function isLike(name: string, wanted: string): boolean {
  const end = path.extname(wanted).toLowerCase();
  if (end === '') return !name.startsWith('.');
  return SPECS.test(wanted) ? SPECS.test(name) : path.extname(name).toLowerCase() === end;
}

/** How a script is started, and the folder to send when it is not below this one. */
function scriptLine(file: string, cwd: string): { folder: string; words: string[] } | undefined {
  const full = path.resolve(cwd, file);
  const interpreter = INTERPRETERS[path.extname(full).toLowerCase()];
  if (interpreter === undefined && (SPECS.test(full) || !startsLikeProgram(full))) return undefined;
  const relative = path.relative(cwd, full);
  const outside = relative.startsWith('..') || path.isAbsolute(relative);
  const name = outside ? path.basename(full) : relative;
  const words = interpreter === undefined ? [name.includes('/') ? name : `./${name}`] : [interpreter, name];
  return { folder: outside ? path.relative(cwd, path.dirname(full)) || '.' : '', words };
}

/** A `#!` line, or the beginning of a compiled program. */
function startsLikeProgram(file: string): boolean {
  try {
    const fd = openSync(file, 'r');
    try {
      const head = Buffer.alloc(4);
      readSync(fd, head);
      return head.toString('latin1', 0, 2) === '#!' || head.toString('latin1') === '\x7fELF';
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

/** Whether this machine has a program of the name. */
function isProgram(name: string): boolean {
  if (name.includes('/')) return false;
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => folder !== '' && statOf(path.join(folder, name)) === 'file');
}

function statOf(file: string): 'file' | 'folder' | undefined {
  try {
    return statSync(file).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A word as a shell takes it, for a line that is copied. */
const quoted = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
