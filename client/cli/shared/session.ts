import { loadSettings, requireStack } from '../../../adapters/settings';
import type { Settings } from '../../../contract';
import type { TrainctlClient } from '../..';
import type { CommandContext } from './command';

/** The installation's settings, once it is sure that what they name can be there. */
export function readySettings(env: NodeJS.ProcessEnv): Settings {
  const settings = loadSettings(env);
  requireStack(settings);
  return settings;
}

/** Whether S3 will be read for certain: then its SDK is loaded while Temporal is waited for. */
export interface Reads {
  readsStore?: boolean;
}

/** Connects to Temporal. Its SDK is loaded here and nowhere else: commands that need no server start without it. */
export async function openClient(settings: Settings, { readsStore = false }: Reads = {}): Promise<TrainctlClient> {
  const { connectClient } = await import('../sdk/temporal.js');
  return connectClient(settings, readsStore);
}

/** Connects, works and closes the connection, whatever happens. */
export async function withClient<T>(
  context: Pick<CommandContext, 'env'>,
  work: (client: TrainctlClient) => Promise<T>,
  reads: Reads = {},
): Promise<T> {
  const client = await openClient(readySettings(context.env), reads);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** `cloud: local (nothing billed)`, or where money is spent. */
export function cloudLine(settings: Pick<Settings, 'cloud' | 'region' | 'installation'>, account?: string): string {
  if (settings.cloud === 'local') return 'cloud: local (nothing billed)';
  return `cloud: aws${account ? ` account ${account}` : ' (account unknown)'} ${settings.region} (this costs money)`;
}

/** The run's page in the Temporal web UI; undefined when nobody said where that is. */
export function historyUrl(settings: Settings, run: string): string | undefined {
  const base = settings.temporal.uiUrl;
  if (!base) return undefined;
  return `${base.replace(/\/$/, '')}/namespaces/${settings.temporal.namespace}/workflows/${encodeURIComponent(run)}`;
}
