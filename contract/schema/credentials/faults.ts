import type { SpecFault } from '../../run/spec';
import { pathText } from '../path-text';
import { credentialIn } from './looks';

/** Deeper than any spec is. */
const DEPTH = 8;

/**
 * A fault for each text of a document that holds a credential: a spec is stored, in S3 and in Temporal's history, and shown. Variables of
 * `env` are left out: there a false alarm would be dear, and the CLI warns. So are public keys, which have a check of their own.
 */
export function credentialFaults(document: Record<string, unknown>): SpecFault[] {
  const faults: SpecFault[] = [];
  const look = (value: unknown, path: (string | number)[]): void => {
    if (typeof value === 'string') {
      const found = credentialIn(value);
      if (found !== undefined) faults.push({ path: pathText(path), message: refusal(found, path) });
    } else if (typeof value === 'object' && value !== null && path.length < DEPTH) {
      const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
      for (const [key, item] of entries) look(item, [...path, key]);
    }
  };
  for (const [key, value] of Object.entries(document)) {
    if (key === 'access' || key === 'env') continue;
    // git's address has words of its own for it.
    if (key === 'code' && typeof value === 'object' && value !== null) look({ ...value, git: undefined }, [key]);
    else look(value, [key]);
  }
  return faults;
}

function refusal(found: string, path: readonly (string | number)[]): string {
  const stored = `holds what looks like ${found}: a spec is stored and shown`;
  if (path[0] === 'secrets') return `${stored}; secrets has names alone, and the worker knows their values`;
  return `${stored}; name it in secrets (secrets: [MY_TOKEN]), and say $MY_TOKEN here`;
}
