import type { Client } from '@temporalio/client';
import { DEFAULT_INSTALLATION } from '../../contract';
import { openRuns } from './open-runs';
import { readInstallation, UnreadableRecord } from './record';

/**
 * How many runs are open on the queue that releases had for all installations before each had its own, which no worker of `installation`
 * polls. None for the installation that has that queue now, nor where one has.
 */
export async function oldRuns(client: Client, installation: string): Promise<number> {
  if (installation === DEFAULT_INSTALLATION) return 0;
  try {
    if (await readInstallation(client, DEFAULT_INSTALLATION)) return 0;
  } catch (error) {
    if (error instanceof UnreadableRecord) return 0;
    throw error;
  }
  return openRuns(client, DEFAULT_INSTALLATION);
}
