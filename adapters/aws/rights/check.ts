import type { Settings } from '../../../contract';
import { ec2Rights } from './ec2';
import { fisRights } from './fis';
import { s3Rights } from './s3';
import type { RightsOf, TriedRight } from './types';

/** Tries what this identity needs in one of three parts; its policy is docs/policies/PART.json. Ends and launches nothing. */
export async function checkRights(settings: Settings, of: RightsOf): Promise<TriedRight[]> {
  const [ec2, s3, fis] = await Promise.all([
    ec2Rights(settings, of),
    s3Rights(settings, of),
    of === 'suite' ? fisRights(settings) : [],
  ]);
  return [...ec2, ...s3, ...fis];
}
