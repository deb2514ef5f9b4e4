import { createEc2, createObjectStore } from '../adapters/aws';
import { loadSettings } from '../adapters/settings';
import type { Settings } from '../contract';
import { TrainctlClient } from './client';
import { connectTemporal } from './connection/connect';

export interface ClientOptions {
  /** Default: read from `$TRAINCTL_HOME` and the environment. */
  settings?: Settings;
  /** Environment that the settings are read from. Default: the process's. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Connects to the installation's Temporal server and object store.
 * Throws {@link TrainctlError} `unavailable`, with the next command, when Temporal does not answer within 5 s.
 */
export async function createClient(options: ClientOptions = {}): Promise<TrainctlClient> {
  const settings = options.settings ?? loadSettings(options.env ?? process.env);
  const temporal = await connectTemporal(settings);
  return new TrainctlClient(settings, temporal, createObjectStore(settings), createEc2(settings));
}
