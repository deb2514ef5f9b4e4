import type { StackState, TemporalSettings } from '../../contract';
import type { SettingsFault } from './errors';
import type { Known } from './known';
import { readProfile } from './profile';

/** Where Temporal listens when nobody says otherwise. */
const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** Names of Temporal's environment configuration that this client cannot follow; going on without them would mislead. */
const NOT_SUPPORTED = {
  TEMPORAL_TLS_CLIENT_CERT_DATA: 'is not supported; give TEMPORAL_TLS_CLIENT_CERT_PATH',
  TEMPORAL_TLS_CLIENT_KEY_DATA: 'is not supported; give TEMPORAL_TLS_CLIENT_KEY_PATH',
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'is not supported; give TEMPORAL_TLS_SERVER_CA_CERT_PATH',
} as const;

/**
 * The Temporal server: Temporal's standard variables (docs.temporal.io/references/client-environment-configuration), then
 * the profile that TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE names, then settings.yaml, then the stack.
 */
export function temporalSettings(
  env: NodeJS.ProcessEnv,
  known: Known,
  stack: StackState | undefined,
  faults: SettingsFault[],
): TemporalSettings {
  for (const [name, message] of Object.entries(NOT_SUPPORTED)) if (env[name]) faults.push({ where: name, message });
  const profile = readProfile(env, faults);
  const pick = (variable: string, inProfile: string): string | undefined => env[variable] || profile[inProfile];

  const chosen = pick('TEMPORAL_ADDRESS', 'address') ?? known['temporal.address'];
  const address = chosen ?? stack?.temporal.address ?? DEFAULT_ADDRESS;
  const ofStack = stack !== undefined && stack.temporal.address === address;
  const namespace =
    pick('TEMPORAL_NAMESPACE', 'namespace') ??
    known['temporal.namespace'] ??
    (ofStack ? stack.temporal.namespace : 'default');
  if (!/^(\[[^\]\s]+\]|[^\s:/]+):\d{1,5}$/.test(address)) {
    faults.push({ where: 'TEMPORAL_ADDRESS', message: `${JSON.stringify(address)} is not HOST:PORT` });
  }

  const apiKey = pick('TEMPORAL_API_KEY', 'api_key');
  const tls = tlsSettings(env, profile, pick, faults);
  const uiUrl = env.TEMPORAL_UI_URL || known['temporal.uiUrl'] || (ofStack ? stack.temporal.uiUrl : undefined);
  return {
    address,
    namespace,
    ...(apiKey ? { apiKey } : {}),
    ...(tls === undefined ? {} : { tls }),
    ...(uiUrl ? { uiUrl } : {}),
  };
}

function tlsSettings(
  env: NodeJS.ProcessEnv,
  profile: Record<string, string>,
  pick: (variable: string, inProfile: string) => string | undefined,
  faults: SettingsFault[],
): TemporalSettings['tls'] {
  const wanted = switchOf(env.TEMPORAL_TLS, faults) ?? (profile['tls.disabled'] === 'true' ? false : undefined);
  if (wanted === false) return false;
  const serverName = pick('TEMPORAL_TLS_SERVER_NAME', 'tls.server_name');
  const caPath = pick('TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'tls.server_ca_cert_path');
  const certPath = pick('TEMPORAL_TLS_CLIENT_CERT_PATH', 'tls.client_cert_path');
  const keyPath = pick('TEMPORAL_TLS_CLIENT_KEY_PATH', 'tls.client_key_path');
  if ((certPath === undefined) !== (keyPath === undefined)) {
    const [have, lack] = certPath ? ['CERT', 'KEY'] : ['KEY', 'CERT'];
    faults.push({
      where: `TEMPORAL_TLS_CLIENT_${have}_PATH`,
      message: `is set, TEMPORAL_TLS_CLIENT_${lack}_PATH is not; a client certificate needs both`,
    });
  }
  const tls = {
    ...(serverName ? { serverName } : {}),
    ...(caPath ? { caPath } : {}),
    ...(certPath ? { certPath } : {}),
    ...(keyPath ? { keyPath } : {}),
  };
  return Object.keys(tls).length > 0 ? tls : wanted;
}

function switchOf(text: string | undefined, faults: SettingsFault[]): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  faults.push({ where: 'TEMPORAL_TLS', message: `${JSON.stringify(text)} must be true or false` });
  return undefined;
}
