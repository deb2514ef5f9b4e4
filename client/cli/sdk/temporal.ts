import type { Settings } from '../../../contract';
import { connectTemporal, TrainctlClient } from '../..';
import { ec2OnFirstUse, storeOnFirstUse } from './on-first-use';

/** A client that is connected to Temporal, and to S3 and EC2 when they are first asked. */
export async function connectClient(settings: Settings): Promise<TrainctlClient> {
  const temporal = await connectTemporal(settings.temporal, settings.cloud === 'local');
  return new TrainctlClient(settings, temporal, storeOnFirstUse(settings), ec2OnFirstUse(settings));
}
