import {
  hostSettingsOf,
  type Installation,
  type RecordedInstallation,
  type RunSettings,
  type Settings,
} from '../../contract';
import { fingerprintOf } from '../../contract/tokens';
import { payingAccount } from '../aws/account';

/** The installation that these settings and this secret make, without its account: nobody is asked. */
export function installationOf(settings: Settings, secret: Buffer): Installation {
  const { installation: name, cloud, region, bucket, prefix } = settings;
  return { name, cloud, region, bucket, prefix, secret: fingerprintOf(secret) };
}

/** The AWS account, by EC2; of a local cloud its access key, which it has made for itself. Undefined when EC2 does not say. */
export async function accountOf(settings: Settings): Promise<string | undefined> {
  return settings.cloud === 'local' ? settings.credentials?.accessKeyId : payingAccount(settings);
}

/** What new runs are resolved with. */
export function runSettingsOf(settings: Settings): RunSettings {
  return { ...hostSettingsOf(settings), images: settings.images };
}

/** What Temporal is to know of an installation from now on. */
export const recordOf = (installation: Installation, settings: Settings): RecordedInstallation => ({
  ...installation,
  recordedAt: new Date().toISOString(),
  settings: runSettingsOf(settings),
});
