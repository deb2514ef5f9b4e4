import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { StackState } from '../../contract';
import { stackState } from './stack';

/** What Temporal's own command line answers, of a stack's server; in the stack's namespace unless `args` name one. */
export async function temporalOf({ temporal }: Pick<StackState, 'temporal'>, args: readonly string[]): Promise<string> {
  const { address, binary, namespace } = temporal;
  const where = args.some((one) => one === '-n' || one === '--namespace') ? [] : ['--namespace', namespace];
  const options = { timeout: 120_000, maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(
    binary ?? 'temporal',
    [...args, '--address', address, ...where],
    options,
  );
  return stdout;
}

/** The same, of the stack that the tests share. */
export const temporal = (...args: string[]): Promise<string> => temporalOf(stackState(), args);
