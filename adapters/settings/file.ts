import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unknownKeyWords } from '../../contract';
import type { SettingsFault } from './errors';
import { type Key, KNOWN, type Known, variableOf } from './known';
import { checkHome } from './usable-home';

const KEYS = Object.keys(KNOWN) as Key[];
/** Keys whose YAML value is a map that is read as a whole. */
const MAPS: readonly string[] = ['prices'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `settings.yaml` and the environment say, the environment first. Faults are collected, not thrown. */
export function readKnown(home: string, env: NodeJS.ProcessEnv, faults: SettingsFault[]): Known {
  const file = path.join(home, 'settings.yaml');
  const written = readFile(file, faults);
  const known: Record<string, unknown> = {};
  for (const key of KEYS) {
    const variable = variableOf(key);
    const fromEnv = variable === undefined ? undefined : env[variable];
    const value = fromEnv ?? written.get(key);
    // An empty YAML key counts as left out; an empty variable is a value where emptiness is one (prefix, lists).
    if (value === undefined || value === null) continue;
    const read = KNOWN[key](value);
    if ('fault' in read) {
      faults.push({ where: fromEnv === undefined ? `${key} in ${file}` : (variable ?? key), message: read.fault });
    } else known[key] = read.value;
  }
  return known as Known;
}

function readFile(file: string, faults: SettingsFault[]): Map<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') checkHome(path.dirname(file));
    if (code !== 'ENOENT') {
      faults.push({ where: file, message: `cannot be read: ${(error as Error).message}` });
    }
    return new Map();
  }
  // Loaded here: most commands of a local installation have no such file.
  const { parse } = require('yaml') as typeof import('yaml');
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    faults.push({ where: file, message: `is not YAML: ${(error as Error).message.trim().split('\n')[0]}` });
    return new Map();
  }
  if (document === null || document === undefined) return new Map();
  if (!isObject(document)) {
    faults.push({ where: file, message: 'must hold keys and values, such as `cloud: local`' });
    return new Map();
  }
  return flatten(document, '', file, faults);
}

function flatten(
  value: Record<string, unknown>,
  above: string,
  file: string,
  faults: SettingsFault[],
): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const key = `${above}${name}`;
    const section = KEYS.some((known) => known.startsWith(`${key}.`));
    if (KEYS.some((known) => known === key)) found.set(key, item);
    else if (section && isObject(item) && !MAPS.includes(key)) {
      for (const [inner, one] of flatten(item, `${key}.`, file, faults)) found.set(inner, one);
    } else if (section && (item === null || item === undefined)) continue;
    else {
      const message = section ? 'must hold keys of its own' : unknownWords(above, name);
      faults.push({ where: `${key} in ${file}`, message });
    }
  }
  return found;
}

/** Of a key that no settings have, below the section `above` (`images.`, or empty). */
function unknownWords(above: string, name: string): string {
  const [here, elsewhere] = [new Set<string>(), new Set<string>()];
  for (const key of KEYS) {
    const below = key.startsWith(above) ? key.slice(above.length) : undefined;
    if (below === undefined) elsewhere.add(key);
    else {
      here.add(below.split('.', 1)[0] ?? below);
      if (below.includes('.')) elsewhere.add(key);
    }
  }
  const known = [...here].map((one) => ({ name: one, shown: `${above}${one}` }));
  return unknownKeyWords(
    name,
    known,
    [...elsewhere].map((key) => ({ name: key.slice(key.lastIndexOf('.') + 1), shown: key })),
  );
}
