import type { SpecFault } from '../run/spec';
import { kindOf } from './faults';
import { isKnownKey, SPEC_KEYS } from './run';

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

/**
 * How many bytes the texts of a document have together, keys included: cheap to count, and never more than its JSON, so that what is too large
 * is told before anything is read closely. What a document holds twice counts once.
 */
export function textBytes(document: unknown): number {
  const seen = new Set<object>();
  const left: unknown[] = [document];
  let bytes = 0;
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') bytes += Buffer.byteLength(value);
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      // Not spread: a list may be longer than a call can have arguments.
      for (const [key, item] of Object.entries(value)) left.push(...(Array.isArray(value) ? [item] : [key, item]));
    }
  }
  return bytes;
}

/** The code of a spec that names a local folder, for who can send one. */
export interface LocalCode {
  /** As it is written; undefined when it is no text, which is among the faults. */
  dir: string | undefined;
  /**
   * What stands for it while the rest of the spec is checked: the snapshot that does not exist before the folder has been read,
   * and keys that no code has, so that they are named.
   */
  code: Record<string, unknown>;
  faults: SpecFault[];
}

const SNAPSHOT_TO_COME = { snapshot: '0'.repeat(64), times: '0'.repeat(64) };

/** Undefined: the code comes from elsewhere, or is faulty in another way. */
export function localCode(code: unknown): LocalCode | undefined {
  if (!isDocument(code) || code.dir === undefined || code.dir === null) return undefined;
  const { dir, ...others } = code;
  const faults: SpecFault[] = [];
  if (typeof dir !== 'string') faults.push({ path: 'code.dir', message: `must be text, not ${kindOf(dir)}` });
  const unknown: [string, unknown][] = [];
  for (const [key, value] of Object.entries(others)) {
    if (!isKnownKey(['code', key])) unknown.push([key, value]);
    else if (value !== null) faults.push({ path: `code.${key}`, message: 'is given beside dir; give one' });
  }
  return {
    dir: typeof dir === 'string' ? dir : undefined,
    code: { ...Object.fromEntries(unknown), ...SNAPSHOT_TO_COME },
    faults,
  };
}
