import { setTimeout as sleep } from 'node:timers/promises';
import { bucketOf, s3FaultOf } from '../../adapters/aws';
import { shownId } from '../../contract';
import { messageOf, TrainctlError } from '../errors';
import { isTransient } from './transient';

/** What one look at a run waits for an object. S3 answers within milliseconds; the SDK asks three times. Milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * What one look at a run reads of S3. A bucket that is gone, or refuses, adds nothing to what the run itself and Temporal know; nor
 * does one that does not answer, and that is asked once.
 */
export class StoreLook {
  /** S3 does not answer: it is asked for nothing more. */
  silent = false;
  /** Why something could not be read, in words. */
  fault: string | undefined;

  /** @param needed an S3 that does not answer is thrown: whoever follows a run waits until it does */
  constructor(
    private readonly bucket: string,
    private readonly needed: boolean,
  ) {}

  async read<T>(reading: () => Promise<T>): Promise<T | undefined> {
    if (this.silent) return undefined;
    try {
      return await (this.needed ? reading() : inTime(reading()));
    } catch (error) {
      const refusal = s3FaultOf(error, '');
      const passing = refusal === undefined && (error instanceof SilentError || isTransient(error));
      if (!refusal && (this.needed || !passing)) throw error;
      this.silent = passing;
      const what = refusal ? refusal.message : `S3 does not answer (${messageOf(error)})`;
      this.fault = `s3://${bucketOf(error) ?? this.bucket}: ${what}`;
      return undefined;
    }
  }
}

/** Neither Temporal nor S3 has a run. */
export function forgottenWithout(run: string, fault?: string): TrainctlError {
  const why = fault === undefined ? 'its summary is not in S3 either' : `its summary cannot be read: ${fault}`;
  const next = fault === undefined ? 'see which there are: trainctl ls' : 'ask again when S3 answers';
  return new TrainctlError('not-found', `Temporal has forgotten ${shownId(run)}, and ${why}`, { next });
}

/** S3 has not answered in time. */
export class SilentError extends Error {}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: over.signal }).then(() => {
    throw new SilentError(`no answer within ${PATIENCE_MS / 1000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([reading, late]);
  } finally {
    over.abort();
  }
}
