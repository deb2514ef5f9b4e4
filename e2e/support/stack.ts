import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StackState } from '../../contract';
import { exclusively } from '../../local/stack/machine/lock';

/** The home and the addresses of the stack that start-stack.js started. */
export const home = (): string => {
  const value = process.env.TRAINCTL_HOME;
  if (!value) throw new Error('no stack: end-to-end tests run through jest, which starts one (see jest.config.js)');
  return value;
};

export const stackState = (): StackState =>
  JSON.parse(readFileSync(path.join(home(), 'stack.json'), 'utf8')) as StackState;

/**
 * For whoever asks for a pass of the reconciler on that stack, or looks at what one of its own ends: no other test has one meanwhile,
 * which would end it first.
 */
export const passAlone = <T>(work: () => Promise<T>): Promise<T> => exclusively(path.join(home(), 'pass.lock'), work);
