import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StackState } from '../../../contract';

const file = (home: string): string => path.join(home, 'stack.json');

/** What `stack up` wrote in this home; undefined when no stack was started, or its file is not readable as one. */
export async function readState(home: string): Promise<StackState | undefined> {
  try {
    const state = JSON.parse(await readFile(file(home), 'utf8')) as StackState;
    return state.version === 1 ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Holds the local cloud's keys, hence the mode. */
export async function writeState(home: string, state: StackState): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(`${file(home)}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file(home)}.new`, file(home));
}

export const removeState = (home: string): Promise<void> => rm(file(home), { force: true });
