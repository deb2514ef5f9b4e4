import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StackState } from '../../contract';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const TEXTS = {
  temporal: ['address', 'namespace', 'uiUrl', 'version'],
  cloud: ['url', 'dir', 'region', 'bucket', 'accessKeyId', 'secretAccessKey', 'user'],
} as const;

function isStackState(value: unknown): value is StackState {
  if (!isObject(value) || value.version !== 1) return false;
  return Object.entries(TEXTS).every(([part, keys]) => {
    const section = value[part];
    return isObject(section) && keys.every((key) => typeof section[key] === 'string');
  });
}

/**
 * What `trainctl stack up` wrote in `stack.json`; undefined when there is none, or none that is whole. Does not say whether
 * its processes still live.
 */
export function readStackState(home: string): StackState | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(path.join(home, 'stack.json'), 'utf8'));
    return isStackState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}
