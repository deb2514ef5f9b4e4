import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, type TLSConfig } from '@temporalio/worker';
import type { TemporalSettings } from '../../contract';
import { WorkerStartError } from '../errors';

/** How long a server that is just starting is waited for. */
const PATIENCE_MS = 15_000;
const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 2_000;

export interface ConnectOptions {
  patienceMs?: number;
  signal?: AbortSignal;
}

/**
 * Connects to Temporal, trying again for 15 s.
 * @throws WorkerStartError that names the address, what happened and what to do
 */
export async function connectTemporal(
  settings: TemporalSettings,
  { patienceMs = PATIENCE_MS, signal }: ConnectOptions = {},
): Promise<NativeConnection> {
  const { address, apiKey } = settings;
  const tls = await readTls(settings.tls);
  const until = Date.now() + patienceMs;
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(LAST_DELAY_MS, delay * 2)) {
    try {
      return await NativeConnection.connect({
        address,
        ...(apiKey !== undefined && { apiKey }),
        ...(tls !== undefined && { tls }),
      });
    } catch (error) {
      if (Date.now() + delay > until) throw unreachable(address, error);
      await sleep(delay, undefined, signal ? { signal } : {});
    }
  }
}

function unreachable(address: string, error: unknown): WorkerStartError {
  const why = causes(error).replace(/\s+/g, ' ').slice(0, 300);
  return new WorkerStartError(
    `Temporal at ${address} cannot be reached: ${why}\nStart it (trainctl stack up), or set TEMPORAL_ADDRESS, and TEMPORAL_TLS or TEMPORAL_API_KEY if it asks for them.`,
    { cause: error },
  );
}

function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${causes(error.cause)}`;
}

async function readTls(tls: TemporalSettings['tls']): Promise<TLSConfig | boolean | undefined> {
  if (typeof tls !== 'object') return tls;
  const { serverName, caPath, certPath, keyPath } = tls;
  const config: TLSConfig = {};
  if (serverName !== undefined) config.serverNameOverride = serverName;
  if (caPath !== undefined) config.serverRootCACertificate = await readPem('TEMPORAL_TLS_SERVER_CA_CERT_PATH', caPath);
  if (certPath !== undefined && keyPath !== undefined) {
    config.clientCertPair = {
      crt: await readPem('TEMPORAL_TLS_CLIENT_CERT_PATH', certPath),
      key: await readPem('TEMPORAL_TLS_CLIENT_KEY_PATH', keyPath),
    };
  }
  return config;
}

function readPem(name: string, file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw new WorkerStartError(`${name}: ${file} cannot be read (${causes(error)})`);
  });
}
