import type { z } from 'zod';
import type { SpecFault } from '../run/spec';
import { nearest } from '../suggest';
import { type KnownKey, unknownKeyWords } from '../unknown-key';
import { pathText } from './path-text';
import { RESERVED, SPEC_KEYS } from './run';
import { placeOf } from './text-places';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What a value is, for people. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value);
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The words for what zod finds by itself; what our own checks find brings its words along. */
export function wordsOf(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = NAMES[issue.expected] ?? `of type ${issue.expected}`;
      if (issue.input === undefined) return `is missing; it must be ${wanted}`;
      if (wanted === NAMES.int && typeof issue.input === 'number') return `must be a whole number, not ${issue.input}`;
      return `must be ${wanted}, not ${kindOf(issue.input)}`;
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      if (typeof issue.input !== 'string') return `must be one of ${known.join(', ')}, not ${kindOf(issue.input)}`;
      const near = nearest(issue.input, known);
      const hint = near ? `did you mean "${near}"?` : `it must be one of ${known.join(', ')}`;
      return `"${issue.input.slice(0, 60)}" is not known; ${hint}`;
    }
    default:
      return undefined;
  }
}

/** What to say of a key that no spec has. */
function unknownKey(path: readonly PropertyKey[], key: string): SpecFault {
  const here = pathText([...path, key]);
  const top = path.length === 0;
  if (RESERVED.some((name) => name === key) && (top || path[0] === 'resources')) {
    return { path: here, message: 'is reserved and not built yet; take it out' };
  }
  const place = placeOf(path);
  const siblings = (SPEC_KEYS[place] ?? []).filter((name) => name !== '$schema');
  const elsewhere = Object.entries(SPEC_KEYS).flatMap(([section, keys]) =>
    section === place ? [] : keys.map((name) => ({ name, shown: section ? `${section}.${name}` : name })),
  );
  const known = siblings.map((name) => ({ name, shown: name }));
  return { path: here, message: unknownKeyWords(key, known, nearby(elsewhere, place)) };
}

/** Keys that stand below the same part of a spec are meant before those of other parts. */
function nearby(keys: KnownKey[], place: string): KnownKey[] {
  const part = place.split(/[.[]/, 1)[0] ?? '';
  const below = ({ shown }: KnownKey): boolean => part !== '' && shown.split(/[.[]/, 1)[0] === part;
  return [...keys.filter(below), ...keys.filter((key) => !below(key))];
}

/** Zod's issues as faults: one for each unknown key, those of a document in the order of its parts. */
export function faultsOf(issues: readonly Issue[]): SpecFault[] {
  return issues.flatMap((issue): SpecFault[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key));
    return [{ path: pathText(issue.path), message: issue.message }];
  });
}

/** One text for people that names every fault, a line each. */
export function faultMessage(faults: readonly SpecFault[]): string {
  const lines = faults.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  if (faults.length === 1 && faults[0]?.path === '') return faults[0].message;
  if (lines.length === 1) return `the run spec is not valid: ${lines[0]}`;
  return [`the run spec has ${lines.length} faults:`, ...lines.map((text) => `  ${text}`)].join('\n');
}
