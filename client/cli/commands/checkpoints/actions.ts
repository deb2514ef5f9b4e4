import { setTimeout as delay } from 'node:timers/promises';
import type { CheckpointRef } from '../../../../contract';
import {
  checkpointManifest,
  downloadCheckpoint,
  listCheckpoints,
  manifestBytes,
  type RunHandle,
  type RunView,
  type TrainctlClient,
  TrainctlError,
} from '../../..';
import type { CommandContext } from '../../shared/command';
import { wholeNumber } from '../../shared/numbers';
import { withClient } from '../../shared/session';
import { bytes, count } from '../../terminal/format';

export function list(context: CommandContext, asked: string): Promise<number> {
  return withClient(context, async (client) => {
    const { handle, found } = await checkpointsOf(client, asked);
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

export function take(context: CommandContext, asked: string, flags: { wait?: boolean }): Promise<number> {
  return withClient(context, async (client) => {
    const handle = await client.get(asked);
    const before = await handle.status();
    await handle.takeCheckpoint();
    const { out } = context;
    if (!flags.wait) {
      if (out.json) out.value({ run: handle.run, asked: true });
      else out.line(`asked ${handle.run} for a checkpoint; see it with: trainctl checkpoints ls ${handle.run}`);
      return 0;
    }
    out.note('asked; it is whole when nothing has changed in its folder for 2 s and all of it is in S3');
    const after = await newCheckpoint(handle, before);
    if (out.json) out.value({ run: handle.run, checkpoint: after.lastCheckpoint });
    else out.line(`checkpoint ${after.lastCheckpoint?.step} is whole: ${after.lastCheckpoint?.key}`);
    return 0;
  });
}

/** Waits until a checkpoint is whole that was not so before, or the run has ended without one. */
async function newCheckpoint(handle: RunHandle, before: RunView): Promise<RunView> {
  for (;;) {
    const view = await handle.status();
    const key = view.live?.checkpoint;
    if (key && (key.key !== before.lastCheckpoint?.key || key.at !== before.live?.checkpoint?.at)) return view;
    if (view.endedAt !== undefined) throw new TrainctlError('refused', `${handle.run} ended before it was taken`);
    await delay(1000);
  }
}

export function get(context: CommandContext, asked: string, flags: { step?: string; to?: string }): Promise<number> {
  return withClient(context, async (client) => {
    const { handle, found } = await checkpointsOf(client, asked);
    const step = flags.step === undefined ? undefined : flags.step === '0' ? 0 : wholeNumber('--step', flags.step);
    const chosen = found.find((checkpoint) => step === undefined || checkpoint.step === step);
    if (!chosen) {
      const what = step === undefined ? 'a whole checkpoint' : `a whole checkpoint of step ${step}`;
      throw new TrainctlError('not-found', `${handle.run} has not ${what}`, {
        next: `trainctl checkpoints ls ${handle.run}`,
      });
    }
    const to = flags.to ?? `${handle.run}-checkpoint-${chosen.step}`;
    const done = await downloadCheckpoint(client.objects, chosen.key, to);
    if (context.out.json) context.out.value({ run: handle.run, ...chosen, ...done, to });
    else context.out.line(`${to}: ${count(done.files, 'file')}, ${bytes(done.bytes)}, verified`);
    return 0;
  });
}

async function checkpointsOf(
  client: TrainctlClient,
  asked: string,
): Promise<{ handle: RunHandle; found: CheckpointRef[] }> {
  const handle = await client.get(asked);
  const attempts = await handle.attemptsOf(await handle.status());
  const { prefix } = client.settings;
  return { handle, found: await listCheckpoints(client.objects, { prefix, runKey: handle.runKey, attempts }) };
}
