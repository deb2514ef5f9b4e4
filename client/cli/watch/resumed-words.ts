import { checkpointWords } from '../../../contract';
import type { Fact } from '../..';
import { count } from '../terminal/format';

/**
 * Where an attempt really went on, by what it reported: `from step 600 · 140 steps lost`. What its reports do not say is said to be
 * unknown.
 */
export function resumedWords({ step, firstStep, lost, checkpoint }: Extract<Fact, { event: 'resumed' }>): string {
  const unknown = checkpoint && step === undefined ? ' · steps lost unknown' : '';
  const again = lost === undefined ? unknown : ` · ${count(lost, 'step')} lost`;
  if (!checkpoint) return `from the beginning${again}`;
  if (step !== undefined && (checkpoint.step === null || checkpoint.step === step)) return `from step ${step}${again}`;
  const first = `its first report is of step ${firstStep}`;
  if (checkpoint.step !== null && firstStep < checkpoint.step)
    return lost === undefined
      ? `from where is unknown: ${first}, its checkpoint is of step ${checkpoint.step}${again}`
      : `not from step ${checkpoint.step}: ${first}${again}`;
  return `from ${checkpointWords(checkpoint)}: ${first}${again}`;
}
