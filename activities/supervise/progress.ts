import { checkpointWords } from '../../contract';
import type { View } from './view';

/**
 * Where the training is, for whoever looks at the pending activity in Temporal: `step 420 at 14:03:22 UTC, last checkpoint: step 400`.
 * @param heardAt - when its host was last heard, epoch milliseconds
 */
export function progressWords(view: Pick<View, 'step' | 'checkpoint' | 'exit'>, heardAt: number): string {
  const step = view.step === null ? 'no step reported' : `step ${view.step}`;
  const time = new Date(heardAt).toISOString().slice(11, 19);
  const checkpoint = view.checkpoint === null ? '' : `, last checkpoint: ${checkpointWords(view.checkpoint)}`;
  return `${view.exit === null ? '' : 'the command is over, '}${step} at ${time} UTC${checkpoint}`;
}
