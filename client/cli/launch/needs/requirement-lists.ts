import path from 'node:path';

/** The code as it will be sent. */
export interface Code {
  files: ReadonlySet<string>;
  /** Undefined for what cannot be read. */
  read(path: string): string | undefined;
}

const INCLUDES = /^[ \t]*(?:-r|-c|--requirement|--constraint)[ \t=]*([^\s#]+)/gm;
const ITSELF = /^[ \t]*(?:(?:-e|--editable)[ \t=]*)?(?:file:)?\.\/?(?:\[([^\]\n]*)\])?[ \t]*(?:[;#].*)?\r?$/m;

/** Windows' PowerShell writes UTF-16: between its characters are NULs. */
const text = (code: Code, name: string): string => (code.read(name) ?? '').replace(/[\0\uFEFF\uFFFD]/g, '');

/** The names of a list of requirements and of all that it includes. */
export function readAlong(code: Code, name: string): string[] {
  const found = new Set<string>();
  const todo = [name];
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    const file = path.posix.normalize(one);
    if (found.has(file) || !code.files.has(file)) continue;
    found.add(file);
    for (const [, other = ''] of text(code, file).matchAll(INCLUDES)) {
      todo.push(path.posix.join(path.posix.dirname(file), other));
    }
  }
  return [...found];
}

/** Whether a list has the project that it lies in, as `-e .` does. */
export const namesItself = (code: Code, name: string): boolean => itself(code, name) !== undefined;

/** The extras with which a list has the project that it lies in, as `-e .[gpu]` does; undefined where it has it not. */
export function itself(code: Code, name: string): string[] | undefined {
  const found = ITSELF.exec(text(code, name));
  return found ? (found[1] ?? '').split(',').map((extra) => extra.trim()) : undefined;
}
