import { existsSync } from 'node:fs';
import path from 'node:path';
import { StackError } from '../errors';
import { findOnPath } from '../machine/find-on-path';
import { compiled, packageRoot } from '../paths';

const FILE = 'local/stack/parts/guard.py';

/** In the command line of every guard. */
export const GUARD_MARK = path.basename(FILE);

/**
 * A command below its guard: it ends when one of the folders is gone, when its guard is killed, and with whoever starts it until that
 * has said otherwise.
 * @throws StackError without python3
 */
export async function guarded(folders: string[], command: string[]): Promise<{ command: string; args: string[] }> {
  const python = await findOnPath('python3');
  if (!python) throw new StackError('A stack needs python3, which is not on PATH: install Python 3.8 or newer.');
  const source = path.join(packageRoot(), FILE);
  const guard = existsSync(source) ? source : compiled(FILE);
  return { command: python, args: ['-I', '-S', guard, ...folders, '--', ...command] };
}
