import type { Client } from '@temporalio/client';
import {
  accountOf,
  installationOf,
  openRuns,
  otherThan,
  readInstallation,
  runSettingsOf,
  UnreadableRecord,
  unreadable,
} from '../../../../adapters/installation';
import { loadSecret } from '../../../../adapters/settings';
import { type RecordedInstallation, type Settings, settingsChanges } from '../../../../contract';
import type { Check } from '../../../../local/stack';
import { messageOf } from '../../..';

/** Whether these settings are those of the installation that Temporal knows, and whether they have changed under open runs. */
export async function recordedChecks(client: Client, settings: Settings, env: NodeJS.ProcessEnv): Promise<Check[]> {
  let recorded: RecordedInstallation | undefined;
  try {
    recorded = await readInstallation(client, settings.installation);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    const { message, next } = unreadable(error, settings);
    return [{ name: 'installation', ok: false, detail: message, fix: next }];
  }
  if (!recorded) {
    const detail = `"${settings.installation}" is not recorded yet: its first worker does that`;
    return [{ name: 'installation', ok: true, detail }];
  }
  const belongs = await belongCheck(recorded, settings, env);
  return belongs.ok ? [belongs, ...(await changeChecks(client, recorded, settings))] : [belongs];
}

/** Whether the settings, and the secret if it is here, are the installation's. */
async function belongCheck(recorded: RecordedInstallation, settings: Settings, env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'installation';
  let secret: Buffer | undefined;
  try {
    secret = loadSecret(settings, env);
  } catch (error) {
    return { name, ok: false, detail: messageOf(error) };
  }
  const own = {
    ...installationOf(settings, secret ?? Buffer.alloc(0)),
    ...(secret ? {} : { secret: recorded.secret }),
  };
  const plain = otherThan(recorded, own, settings);
  const account = plain ? undefined : await accountOf(settings);
  const refusal = plain ?? otherThan(recorded, account === undefined ? own : { ...own, account }, settings);
  if (refusal) return { name, ok: false, detail: refusal.message, fix: refusal.next };
  const whose = secret ? '' : ' (its secret is not here, which workers need)';
  return { name, ok: true, detail: `"${recorded.name}", recorded ${recorded.recordedAt}${whose}` };
}

/** Runs keep what they were resolved with, so a change of the settings may surprise twice: where it has no effect, and where it has. */
async function changeChecks(client: Client, recorded: RecordedInstallation, settings: Settings): Promise<Check[]> {
  const { settings: ofWorker, settingsBefore, settingsSince } = recorded;
  if (!ofWorker) return [];
  const name = 'run settings';
  const unlike = settingsChanges(runSettingsOf(settings), ofWorker);
  if (unlike.length > 0) {
    const detail = `the worker that started last has others: ${unlike.join('; ')}`;
    return [
      { name, ok: false, optional: true, detail, fix: 'start the worker again: new runs use what it was started with' },
    ];
  }
  const open = settingsSince === undefined ? 0 : await openRuns(client, recorded.name, settingsSince);
  if (open === 0 || !settingsBefore) return [];
  const changes = settingsChanges(ofWorker, settingsBefore).join('; ');
  const detail = `changed at ${settingsSince} (${changes}); ${open} open ${open === 1 ? 'run keeps' : 'runs keep'} what was before`;
  return [
    { name, ok: false, optional: true, detail, fix: 'nothing, or stop them and start them again: trainctl rerun RUN' },
  ];
}
