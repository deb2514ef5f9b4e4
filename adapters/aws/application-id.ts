import type { Settings } from '../../contract';

/** The SDK warns of longer ones. */
const MOST = 50;

/** Whose calls these are, at the end of the user agent (`app/…`), so that CloudTrail can tell. */
export const applicationId = (
  part: 'client' | 'worker' | 'suite',
  { installation }: Pick<Settings, 'installation'>,
): string => `trainctl-${part}.${installation}`.slice(0, MOST);
