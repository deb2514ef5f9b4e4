import { s3FaultOf } from '../../../../adapters/aws';
import { isTransient, type RunHandle, TrainctlError } from '../../..';
import { type Recipe, readRecipe } from './recipe';

/**
 * As Temporal has it; where it does not show it, for whatever reason, as S3 has it. Undefined: the run has not been resolved yet, or never
 * was, or neither shows it.
 * @param inStore whether S3 is asked at all
 */
export async function storedRecipe(
  handle: Pick<RunHandle, 'recordedSpec' | 'spec'>,
  inStore: boolean,
): Promise<Recipe | undefined> {
  // Who may ask for a run's status need not be one who may read its history.
  const recorded = readRecipe({ spec: await handle.recordedSpec().catch(() => undefined) });
  if (recorded || !inStore) return recorded;
  try {
    return readRecipe(await handle.spec());
  } catch (error) {
    // A bucket that shows nothing is told by the status itself.
    if ((error instanceof TrainctlError && error.code === 'not-found') || s3FaultOf(error, '') || isTransient(error))
      return undefined;
    throw error;
  }
}
