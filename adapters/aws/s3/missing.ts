import { awsErrorCode } from '../classify';

/** HEAD answers have no body, so their only code is the status. */
export const isMissing = (error: unknown): boolean =>
  ['NoSuchKey', 'NoSuchBucket', 'NotFound'].includes(awsErrorCode(error) ?? '');
