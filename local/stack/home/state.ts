import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StackState } from '../../../contract';
import type { Named } from '../machine/process-table';

/** As it lies in the home's `stack.json`. */
export interface StoredStack extends StackState {
  /**
   * Of parts that end with whoever started them: who that is, by the part's name. Absent for a part that stays by itself, which one of a detached stack does
   * once the start is over, and in files of older releases.
   */
  starters?: Readonly<Record<string, Named>>;
}

const file = (home: string): string => path.join(home, 'stack.json');

/** What `stack up` wrote in this home; undefined when no stack was started, or its file is not readable as one. */
export async function readState(home: string): Promise<StoredStack | undefined> {
  try {
    const state = JSON.parse(await readFile(file(home), 'utf8')) as StoredStack;
    return state.version === 1 ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Holds the local cloud's keys, hence the mode. */
export async function writeState(home: string, state: StoredStack): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(`${file(home)}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file(home)}.new`, file(home));
}

export const removeState = (home: string): Promise<void> => rm(file(home), { force: true });
