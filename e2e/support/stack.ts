import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StackState } from '../../contract';

/** The home and the addresses of the stack that start-stack.js started. */
export const home = (): string => {
  const value = process.env.TRAINCTL_HOME;
  if (!value) throw new Error('no stack: end-to-end tests run through jest, which starts one (see jest.config.js)');
  return value;
};

export const stackState = (): StackState =>
  JSON.parse(readFileSync(path.join(home(), 'stack.json'), 'utf8')) as StackState;
