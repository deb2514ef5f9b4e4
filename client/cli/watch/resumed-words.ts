import { checkpointWords } from '../../../contract';
import type { Fact } from '../..';
import { count } from '../terminal/format';

/** Where an attempt really went on, by what it reported: `from step 600 · 140 steps lost`. */
export function resumedWords({ step, firstStep, lost, checkpoint }: Extract<Fact, { event: 'resumed' }>): string {
  const again = lost === undefined ? '' : ` · ${count(lost, 'step')} lost`;
  if (!checkpoint) return `from the beginning${again}`;
  if (step !== undefined && (checkpoint.step === null || checkpoint.step === step)) return `from step ${step}${again}`;
  const first = `its first report is of step ${firstStep}`;
  if (checkpoint.step !== null && firstStep < checkpoint.step)
    return `not from step ${checkpoint.step}: ${first}${again}`;
  return `from ${checkpointWords(checkpoint)}: ${first}${again}`;
}
