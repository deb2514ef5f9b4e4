import { isKnownKey, type SpecPath } from '../../../contract/schema';
import { TrainctlError } from '../..';
import { assignedValue } from './as-written';

type Container = Record<string, unknown> | unknown[];

/** Names that would reach into every object of the process. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Applies one `--set path=value` to a document: `limits.maxDuration=4h`, `inputs[0].to=data/`, `inputs[1]={from: …, to: …}`.
 * Where a spec holds text the value is that text, character by character. Elsewhere it is YAML, so numbers and lists are
 * themselves. `null` removes the key; one that does not exist stays, to be refused.
 * @param isKnown default: of a spec
 */
export function applySet(
  document: Record<string, unknown>,
  assignment: string,
  isKnown: (path: SpecPath) => boolean = isKnownKey,
): void {
  const eq = assignment.indexOf('=');
  if (eq <= 0) throw bad(assignment, 'it must be PATH=VALUE');
  const path = parsePath(assignment.slice(0, eq), assignment);
  const value = parseValue(assignment.slice(eq + 1), path, assignment);
  let here: Container = document;
  for (let i = 0; i < path.length; i++) {
    const key = path[i] as string | number;
    if (typeof key === 'number' ? !Array.isArray(here) : Array.isArray(here)) {
      throw bad(assignment, `${describe(path.slice(0, i))} is ${Array.isArray(here) ? 'a list' : 'no list'}`);
    }
    const container = here as Record<string | number, unknown>;
    if (i === path.length - 1) {
      if (value === null && isKnown(path)) delete container[key];
      else container[key] = value;
      return;
    }
    const next = container[key];
    // What is not there needs no removing.
    if (value === null && (next === undefined || next === null) && isKnown(path)) return;
    if (next === undefined || next === null) container[key] = typeof path[i + 1] === 'number' ? [] : {};
    else if (typeof next !== 'object') throw bad(assignment, `${describe(path.slice(0, i + 1))} is a plain value`);
    here = container[key] as Container;
  }
}

/** `a.b[2].c` → `['a', 'b', 2, 'c']`. */
function parsePath(text: string, assignment: string): (string | number)[] {
  const path: (string | number)[] = [];
  for (const part of text.split('.')) {
    const match = /^([A-Za-z_][A-Za-z0-9_-]*)((?:\[\d{1,4}\])*)$/.exec(part);
    if (!match?.[1] || FORBIDDEN.has(match[1]))
      throw bad(assignment, `"${text}" is no path such as limits.maxDuration`);
    path.push(match[1]);
    for (const index of match[2]?.matchAll(/\d+/g) ?? []) path.push(Number(index[0]));
  }
  return path;
}

function parseValue(text: string, path: SpecPath, assignment: string): unknown {
  const read = assignedValue(text, path);
  if (read) return read.value;
  throw bad(assignment, `its value is not YAML; quote it: --set '${assignment.split('=')[0]}="…"'`);
}

const describe = (path: (string | number)[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('') || 'the spec';

function bad(assignment: string, why: string): TrainctlError {
  return new TrainctlError('usage', `--set ${assignment}: ${why}`, { next: 'try --set limits.maxDuration=4h' });
}
