import type { SpecFault } from '../run/spec';
import { kindOf } from './faults';
import { SPEC_KEYS } from './run';

export type Document = Record<string, unknown>;

export const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const EXAMPLE = '{"command": "python train.py", "code": {"snapshot": "…"}}';

/** Why an input cannot be a run spec at all; undefined when it is an object. */
export function notADocument(input: unknown): SpecFault | undefined {
  const fault = (message: string): SpecFault => ({ path: '', message });
  if (isDocument(input)) {
    if (Object.keys(input).length > 0) return undefined;
    return fault(`the run spec is empty; it must say at least what to run, such as ${EXAMPLE}`);
  }
  if (input === undefined || input === null || input === '') {
    return fault(`the run spec is empty; it must be one JSON object, such as ${EXAMPLE}`);
  }
  const quotedTwice = typeof input === 'string' && input.trim().startsWith('{');
  const hint = quotedTwice ? ' (it looks like JSON in quotes: leave the outer quotes out)' : '';
  return fault(`the run spec must be one JSON object, such as ${EXAMPLE}; this is ${kindOf(input)}${hint}`);
}

/**
 * A key that YAML leaves empty (`limits:`) reads as null and counts as left out, where a key of that name exists; anything
 * else that is null stays, and is a fault.
 */
export function dropEmptyKeys(input: Document): Document {
  const document = withoutNulls(input, '');
  for (const section of Object.keys(SPEC_KEYS)) {
    const value = document[section];
    if (section !== '' && isDocument(value)) document[section] = withoutNulls(value, section);
  }
  return document;
}

function withoutNulls(value: Document, section: string): Document {
  const known = SPEC_KEYS[section] ?? [];
  // fromEntries defines own keys, so that a hostile "__proto__" stays one, and is refused as unknown.
  return Object.fromEntries(Object.entries(value).filter(([key, item]) => item !== null || !known.includes(key)));
}
