import { awsErrorMessage, s3FaultOf } from '../adapters/aws';
import { TrainctlError } from './errors';

/** A place of outputs that cannot be listed or read, and why: S3 refuses it, or what lies there is damaged. */
export type OnPlaceFault = (place: string, why: string, kind: 'refused' | 'damaged') => void;

/** What S3 says of a place of outputs; undefined when it says nothing of it. */
export function placeFault(error: unknown): string | undefined {
  const fault = s3FaultOf(error, '');
  if (!fault) return undefined;
  return fault.kind === 'missing' ? fault.message : `${fault.message}: ${awsErrorMessage(error)}`;
}

/** For who goes on without none of them. */
export function refusePlace(place: string, why: string): never {
  throw new TrainctlError('refused', `the outputs in ${place} cannot be listed: ${why}`, {
    next: 'make the bucket again, or ask for the right to read it (s3:ListBucket, s3:GetObject)',
  });
}
