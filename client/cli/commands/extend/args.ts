import type { ExtendArgs } from '../../../../contract';
import { parseDuration } from '../../../../contract/schema';
import { messageOf, TrainctlError } from '../../..';
import { dollars, valuesOf } from '../../shared/numbers';

/** Options of `extend` as the run takes them. Both are added to the limits in force. */
export function extendArgs(flags: { duration?: string; cost?: string }): ExtendArgs {
  if (flags.duration === undefined && flags.cost === undefined) {
    throw new TrainctlError('usage', 'say by how much: --duration +2h, --cost +5, or both');
  }
  return valuesOf<Required<ExtendArgs>>({
    duration: [flags.duration, durationOf],
    costUsd: [flags.cost, (text) => dollars('--cost', text)],
  });
}

function durationOf(text: string): number {
  try {
    return parseDuration(text.replace(/^\+/, ''));
  } catch (cause) {
    throw new TrainctlError('usage', `--duration: ${messageOf(cause)}`, { cause });
  }
}
