// A plugin for esbuild: a name that is imported through a folder's door (its index.ts) is imported from the file that has it.
// esbuild splits by files, not by names: behind a door all of the folder would be read for one name.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const IMPORT = /^(import|export) \{([^}]*)\} from '(\.[^']*)';$/gm;
const STAR = /^export \* from '(\.[^']*)';$/gm;
const DECLARED = /^export (?:abstract |async )*(?:class|const|enum|function\*?|let) (\w+)/gm;

/** The file that a specifier means, and whether it is a door. */
function fileOf(from, specifier) {
  const base = path.resolve(path.dirname(from), specifier);
  if (existsSync(`${base}.ts`)) return { file: `${base}.ts`, door: false };
  return { file: path.join(base, 'index.ts'), door: true };
}

/** The values among `a, type B, c as d`, as pairs of the name there and the name here. */
const valuesOf = (list) =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('type '))
    .map((item) => item.split(' as '))
    .map(([there, here = there]) => ({ there, here }));

const known = new Map();

/** Where each value that a file exports is declared. */
function exportsOf(file) {
  const before = known.get(file);
  if (before) return before;
  const found = new Map();
  known.set(file, found);
  const source = readFileSync(file, 'utf8');
  for (const [, name] of source.matchAll(DECLARED)) found.set(name, { file, name });
  for (const [, keyword, list, specifier] of source.matchAll(IMPORT)) {
    if (keyword !== 'export') continue;
    const behind = exportsOf(fileOf(file, specifier).file);
    for (const { there, here } of valuesOf(list)) found.set(here, behind.get(there));
  }
  for (const [, specifier] of source.matchAll(STAR)) {
    for (const [name, place] of exportsOf(fileOf(file, specifier).file)) found.set(name, place);
  }
  return found;
}

/** The source with its imports led past the doors, on the lines where they were. */
function pastDoors(source, file) {
  return source.replace(IMPORT, (statement, keyword, list, specifier) => {
    const target = fileOf(file, specifier);
    if (!target.door) return statement;
    const direct = valuesOf(list).map(({ there, here }) => {
      const place = exportsOf(target.file).get(there);
      if (!place) throw new Error(`${file}: ${there} is not found behind ${specifier}`);
      return `${keyword} { ${place.name} as ${here} } from ${JSON.stringify(place.file)};`;
    });
    return direct.join(' ') + '\n'.repeat(statement.split('\n').length - 1);
  });
}

export const doors = {
  name: 'doors',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      if (file.includes('node_modules')) return undefined;
      // In a package of CommonJS a file without exports counts as such, and all that it imports is wrapped in functions.
      return { contents: `${pastDoors(readFileSync(file, 'utf8'), file)}\nexport {};`, loader: 'ts' };
    });
  },
};
