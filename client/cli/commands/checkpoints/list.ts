import type { CheckpointRef } from '../../../../contract';
import { checkpointManifest, manifestBytes, type TrainctlClient } from '../../..';
import type { CommandContext } from '../../shared/command';
import { withClient } from '../../shared/session';
import { bytes } from '../../terminal/format';
import { checkpointsOf } from './whole';

/** `trainctl checkpoints ls`. */
export function listCheckpointsOf(context: CommandContext, asked: string | undefined): Promise<number> {
  return withClient(context, async (client) => {
    const { handle, found } = await checkpointsOf(context, client, asked);
    const rows = [];
    for (const checkpoint of found) rows.push({ ...checkpoint, ...(await contentOf(client, checkpoint)) });
    const { out } = context;
    if (out.json) out.value(rows);
    else if (rows.length === 0) out.note(`${handle.run} has no whole checkpoint yet`);
    else {
      out.table(
        ['STEP', 'ATTEMPT', 'FILES', 'SIZE', 'MANIFEST'],
        rows.map((row) => [String(row.step), String(row.attempt), String(row.files), bytes(row.bytes), row.key]),
      );
    }
    return 0;
  });
}

async function contentOf(client: TrainctlClient, { key }: CheckpointRef): Promise<{ files: number; bytes: number }> {
  const manifest = await checkpointManifest(client.objects, key);
  return { files: manifest.files.length + manifest.links.length, bytes: manifestBytes(manifest) };
}
