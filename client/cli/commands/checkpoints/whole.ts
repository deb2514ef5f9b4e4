import type { CheckpointRef } from '../../../../contract';
import { listCheckpoints, type RunHandle, type TrainctlClient } from '../../..';
import type { CommandContext } from '../../shared/command';
import { runAsked } from '../../shared/run-asked';

/** The run that is meant, and its whole checkpoints, newest first. */
export async function checkpointsOf(
  context: CommandContext,
  client: TrainctlClient,
  asked: string | undefined,
): Promise<{ handle: RunHandle; found: CheckpointRef[] }> {
  const handle = await runAsked(context, client, asked);
  const attempts = await handle.attemptsOf(await handle.status());
  const { prefix } = client.settings;
  return { handle, found: await listCheckpoints(client.objects, { prefix, runKey: handle.runKey, attempts }) };
}
