import type { CodeSource } from '../../contract';

/** The code that an input of a run names, if it can be read: what is not understood, no run will find either. */
export function codeOf(input: unknown): CodeSource {
  const code: unknown = typeof input === 'object' && input !== null && 'code' in input ? input.code : undefined;
  if (typeof code !== 'object' || code === null) return { none: true };
  const { snapshot, times, git, ref } = code as Record<string, unknown>;
  if (isHash(snapshot)) return { snapshot, ...(isHash(times) ? { times } : {}) };
  if (typeof git === 'string' && typeof ref === 'string') return { git, ref };
  return { none: true };
}

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
