import type { CheckpointRef } from '../../../../contract';
import { listCheckpoints, type RunHandle, type TrainctlClient } from '../../..';

/** The run that is meant, and its whole checkpoints, newest first. */
export async function checkpointsOf(
  client: TrainctlClient,
  asked: string,
): Promise<{ handle: RunHandle; found: CheckpointRef[] }> {
  const handle = await client.get(asked);
  const attempts = await handle.attemptsOf(await handle.status());
  const { prefix } = client.settings;
  return { handle, found: await listCheckpoints(client.objects, { prefix, runKey: handle.runKey, attempts }) };
}
