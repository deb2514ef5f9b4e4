import type { ExtendArgs } from '../../../../contract';
import { parseDuration } from '../../../../contract/schema';
import { messageOf, TrainctlError } from '../../..';
import { dollars } from '../../shared/numbers';

/** Options of `extend` as the run takes them. Both are added to the limits in force. */
export function extendArgs(flags: { duration?: string; cost?: string }): ExtendArgs {
  if (flags.duration === undefined && flags.cost === undefined) {
    throw new TrainctlError('usage', 'say by how much: --duration +2h, --cost +5, or both');
  }
  const args: ExtendArgs = {};
  if (flags.cost !== undefined) args.costUsd = dollars('--cost', flags.cost);
  if (flags.duration !== undefined) {
    try {
      args.duration = parseDuration(flags.duration.replace(/^\+/, ''));
    } catch (cause) {
      throw new TrainctlError('usage', `--duration: ${messageOf(cause)}`, { cause });
    }
  }
  return args;
}
