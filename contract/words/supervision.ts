import type { SuperviseResult } from '../steps/training';
import { checkpointRef } from './checkpoint';
import { notice, step } from './figures';
import { readHostFinal, unreadableFinal } from './final';
import { asDocument, flag, needed, oneOf, orElse, perhaps, type Reader, shape, text, yes } from './reader';

const read: Reader<SuperviseResult> = shape<SuperviseResult>({
  kind: needed(oneOf('final', 'lost', 'unreachable')),
  final: perhaps((value) => readHostFinal(value) ?? unreadableFinal()),
  notice: perhaps(notice),
  stateReason: perhaps(text(200)),
  detail: orElse(text(2000), ''),
  lastCheckpoint: perhaps(checkpointRef),
  lastStep: perhaps(step),
  firstStep: perhaps(step),
  stepsAnew: perhaps(yes),
  savedWhileRunning: perhaps(flag),
});

/**
 * The answer of a supervision, once more as it enters the workflow: a worker of an older release may have passed on what a host said,
 * as it was.
 */
export function readSuperviseResult(value: unknown): SuperviseResult {
  const result = read(value);
  if (result) return result;
  const kind = String(asDocument(value)?.kind).slice(0, 40);
  return { kind: 'unreachable', detail: `what its supervision answered could not be read (${kind})` };
}
