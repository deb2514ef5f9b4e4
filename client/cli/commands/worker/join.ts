import {
  installationOf,
  noSecret,
  readInstallation,
  UnreadableRecord,
  unreadable,
  whereOf,
} from '../../../../adapters/installation';
import { loadSecret, readSecret, saveSecret } from '../../../../adapters/settings';
import type { Installation, RecordedInstallation, Settings } from '../../../../contract';
import { connectTemporal, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { askHidden } from '../../terminal/ask';

/**
 * `trainctl worker --join`: asks for the installation's secret, which is kept in this home when it is the one that Temporal knows by its
 * fingerprint. Nothing is asked when it is here.
 */
export async function join({ out, env }: CommandContext, settings: Settings): Promise<void> {
  const recorded = await recordedOf(settings);
  const secret = loadSecret(settings, env);
  if (secret) {
    check(
      installationOf(settings, secret),
      recorded,
      `the secret in ${env.TRAINCTL_SECRET_FILE || `${settings.home}/secret`}`,
      'move it away first',
    );
    return;
  }
  const given = readSecret(await askHidden(`secret of installation "${recorded.name}" (64 hex digits): `));
  if (!given) {
    throw new TrainctlError('usage', 'that is no secret: 64 hex digits, or the 32 bytes of a file', {
      next: 'it is what the file "secret" holds in a home whose worker belongs to the installation',
    });
  }
  check(
    installationOf(settings, given),
    recorded,
    'the secret that was given',
    'take it from a home whose worker belongs to the installation',
  );
  saveSecret(settings, given);
  out.note(`${settings.home}/secret has the secret of installation "${recorded.name}"`);
}

async function recordedOf(settings: Settings): Promise<RecordedInstallation> {
  const client = await connectTemporal(settings);
  try {
    const recorded = await readInstallation(client, settings.installation);
    if (recorded) return recorded;
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    const { message, next } = unreadable(error, settings);
    throw new TrainctlError('refused', message, { next });
  } finally {
    await client.connection.close();
  }
  const message = `${whereOf(settings)} knows no installation "${settings.installation}" that could be joined`;
  throw new TrainctlError('refused', message, { next: noSecret(undefined, settings).next });
}

function check(own: Installation, recorded: RecordedInstallation, what: string, next: string): void {
  if (own.secret === recorded.secret) return;
  const message = `${what} is not that of installation "${recorded.name}": fingerprint ${own.secret}, recorded is ${recorded.secret}`;
  throw new TrainctlError('refused', message, { next });
}
