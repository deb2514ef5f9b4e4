import {
  listCheckpoints,
  type RunHandle,
  type RunView,
  type TracedCheckpoint,
  type TrainctlClient,
  traceResumes,
} from '../../..';
import type { CommandContext } from '../../shared/command';
import { runAsked } from '../../shared/run-asked';

/** The run that is meant, and its checkpoints, newest first, with what was made of each. */
export async function checkpointsOf(
  context: CommandContext,
  client: TrainctlClient,
  asked: string | undefined,
): Promise<{ handle: RunHandle; view: RunView; found: TracedCheckpoint[] }> {
  const handle = await runAsked(context, client, asked);
  const view = await handle.status();
  const { prefix } = client.settings;
  const place = { prefix, runKey: handle.runKey, attempts: await handle.attemptsOf(view) };
  return { handle, view, found: traceResumes(await listCheckpoints(client.objects, place), view.attempts) };
}
