import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { changeInstallation, openRuns, runSettingsOf } from '../adapters/installation';
import { type RecordedInstallation, type Settings, settingsChanges } from '../contract';

/**
 * Records with what this worker resolves new runs, and says so when that has changed under open ones: each keeps what it was resolved
 * with, so that nobody has to wonder why it does not do what the settings say.
 */
export async function tellSettingsChange(client: Client, settings: Settings, log: Logger): Promise<void> {
  const now = runSettingsOf(settings);
  const at = new Date().toISOString();
  let before: RecordedInstallation['settings'];
  await changeInstallation(client, settings.installation, (recorded) => {
    before = recorded?.settings;
    if (!recorded || (before && settingsChanges(now, before).length === 0)) return undefined;
    const change = before ? { settingsSince: at, settingsBefore: before } : {};
    return { ...recorded, settings: now, ...change };
  });
  const changes = before ? settingsChanges(now, before) : [];
  if (changes.length === 0) return;
  const open = await openRuns(client, settings.installation, at);
  if (open > 0)
    log.warn({ changes, open }, 'the settings have changed; runs that are open keep what they were resolved with');
  else log.info({ changes }, 'the settings have changed; no run is open');
}
