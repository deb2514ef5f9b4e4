import type { Settings } from '../../../contract';
import { connectTemporal, TrainctlClient } from '../..';
import { ec2OnFirstUse, storeOnFirstUse } from './on-first-use';

/** A client that is connected to Temporal, and to S3 and EC2 when they are first asked; S3's SDK may be loaded meanwhile. */
export async function connectClient(settings: Settings, readsStore: boolean): Promise<TrainctlClient> {
  const [temporal] = await Promise.all([connectTemporal(settings), readsStore ? import('./s3.js') : undefined]);
  return new TrainctlClient(settings, temporal, storeOnFirstUse(settings), ec2OnFirstUse(settings));
}
