import type { SpecFault } from '../run/spec';
import { credentialFaults } from './credentials/faults';
import { placeFaults } from './places';
import { type Document, isDocument } from './prepare';

/** Faults between two parts of a document, each of which may be right by itself. Reads what is readable. */
export function crossFaults(input: Document): SpecFault[] {
  return [
    ...codeFaults(input.code),
    ...hostileName(input.env),
    ...namedTwice(input),
    ...placeFaults(input),
    ...credentialFaults(input),
  ];
}

function codeFaults(code: unknown): SpecFault[] {
  // `dir` has a fault of its own, and the rest of such a document was written for the CLI.
  if (!isDocument(code) || code.dir !== undefined) return [];
  const sources = ['snapshot', 'git', 'none'].filter((key) => code[key] !== undefined);
  const faults: SpecFault[] = [];
  if (sources.length > 1) faults.push({ path: 'code', message: `gives both ${sources.join(' and ')}; give one` });
  if (code.git !== undefined && code.ref === undefined) {
    faults.push({ path: 'code.ref', message: 'is missing; git needs a full commit id' });
  }
  if (code.ref !== undefined && code.git === undefined) {
    faults.push({ path: 'code.ref', message: 'is given without git' });
  }
  if (code.times !== undefined && code.snapshot === undefined) {
    faults.push({ path: 'code.times', message: 'is given without snapshot' });
  }
  if (sources.length === 0 && faults.length === 0) {
    faults.push({ path: 'code', message: 'names no source; give snapshot, or git and ref, or none: true' });
  }
  return faults;
}

/** zod passes over a key of this name, and what is passed over would be ignored. */
function hostileName(env: unknown): SpecFault[] {
  if (!isDocument(env) || !Object.hasOwn(env, '__proto__')) return [];
  return [{ path: 'env.__proto__', message: 'is not a usable name' }];
}

function namedTwice(input: Document): SpecFault[] {
  const env = isDocument(input.env) ? input.env : {};
  return asList(input.secrets).flatMap((name, i) =>
    typeof name === 'string' && Object.hasOwn(env, name)
      ? [{ path: `secrets[${i}]`, message: `"${name}" is in env too; name it in one of them` }]
      : [],
  );
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
