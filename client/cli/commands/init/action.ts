import type { Client } from '@temporalio/client';
import {
  accountOf,
  changeInstallation,
  installationOf,
  noSecret,
  openRuns,
  otherThan,
  readInstallation,
  recordOf,
  UnreadableRecord,
  unreadable,
} from '../../../../adapters/installation';
import { loadSecret, makeSecret } from '../../../../adapters/settings';
import { differencesOf, type Installation, type RecordedInstallation, type Settings } from '../../../../contract';
import { connectTemporal, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { readySettings } from '../../shared/session';

/** `trainctl init`: the secret of an installation, made where Temporal knows none of that name. May be said again. */
export async function init(context: CommandContext, flags: { replace?: boolean }): Promise<number> {
  const settings = readySettings(context.env);
  const client = await connectTemporal(settings);
  try {
    const recorded = await recordedOf(client, settings);
    if (recorded && flags.replace) return await replace(context, client, settings, recorded);
    if (recorded instanceof UnreadableRecord) {
      const { message, next } = unreadable(recorded, settings);
      throw new TrainctlError('refused', message, { next });
    }
    return begin(context, settings, recorded);
  } finally {
    await client.connection.close();
  }
}

async function recordedOf(client: Client, { installation }: Settings) {
  try {
    return await readInstallation(client, installation);
  } catch (error) {
    if (error instanceof UnreadableRecord) return error;
    throw error;
  }
}

function begin({ out, env }: CommandContext, settings: Settings, recorded: RecordedInstallation | undefined): number {
  const there = loadSecret(settings, env);
  if (recorded) {
    const refusal = there
      ? otherThan(recorded, installationOf(settings, there), settings)
      : noSecret(recorded, settings);
    if (refusal) throw new TrainctlError('refused', refusal.message, { next: refusal.next });
  }
  const installation = installationOf(settings, there ?? makeSecret(settings));
  if (out.json) out.value({ installation, made: there === undefined, recorded: recorded !== undefined });
  else {
    const { name, secret } = installation;
    out.line(`installation "${name}", fingerprint of its secret ${secret} (${there ? 'was there' : 'made'})`);
    if (!recorded) out.whole('next: trainctl worker');
  }
  return 0;
}

/** Open runs were resolved with what is recorded: another installation could not end them. */
async function replace(
  { out, env }: CommandContext,
  client: Client,
  settings: Settings,
  recorded: RecordedInstallation | UnreadableRecord,
): Promise<number> {
  const { installation: name } = settings;
  const open = await openRuns(client, name);
  if (open > 0) {
    const message = `installation "${name}" has ${open} open ${open === 1 ? 'run' : 'runs'}, which only what is recorded can serve and end`;
    throw new TrainctlError('refused', message, { next: 'wait for them, or end them: trainctl ls --open' });
  }
  const own = installationOf(settings, loadSecret(settings, env) ?? makeSecret(settings));
  const account = await accountOf(settings);
  const installation: Installation = account === undefined ? own : { ...own, account };
  const changes = recorded instanceof UnreadableRecord ? [] : differencesOf(installation, recorded);
  const record = recordOf(installation, settings);
  await changeInstallation(client, name, () => record, 'replace');
  if (out.json) out.value({ installation, made: false, recorded: true, changes });
  else {
    for (const { part, own: now, recorded: was } of changes) out.line(`  ${part.padEnd(8)}${now}, was ${was}`);
    if (recorded instanceof UnreadableRecord) out.line('what was recorded could not be read');
    out.whole(`installation "${name}" is recorded anew; start its workers again`);
  }
  return 0;
}
