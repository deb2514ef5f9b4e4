import { readFileSync } from 'node:fs';
import { Client, Connection, type TLSConfig } from '@temporalio/client';
import type { TemporalSettings } from '../../contract';
import { messageOf, TrainctlError } from '../errors';
import { ClosableRetries } from './closable-retries';

/** How long the first answer of Temporal may take. Long enough for a far server, short enough for a person. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Connects to the Temporal server of the settings, or throws `unavailable` with what to do. */
export async function connectTemporal(temporal: TemporalSettings, local: boolean): Promise<Client> {
  try {
    const tls = tlsOf(temporal.tls);
    const retries = new ClosableRetries();
    const connection = await Connection.connect({
      address: temporal.address,
      connectTimeout: CONNECT_TIMEOUT_MS,
      interceptors: retries.interceptors,
      ...(temporal.apiKey === undefined ? {} : { apiKey: temporal.apiKey }),
      ...(tls === undefined ? {} : { tls }),
    });
    const close = connection.close.bind(connection);
    connection.close = () => {
      retries.close();
      return close();
    };
    return new Client({ connection, namespace: temporal.namespace });
  } catch (cause) {
    throw temporalUnavailable(temporal, local, cause);
  }
}

export function temporalUnavailable(temporal: TemporalSettings, local: boolean, cause: unknown): TrainctlError {
  return new TrainctlError('unavailable', `Temporal does not answer at ${temporal.address}: ${firstLine(cause)}`, {
    next: local ? 'trainctl stack up --detach' : 'check TEMPORAL_ADDRESS and its TLS settings, or: trainctl doctor',
    cause,
  });
}

function tlsOf(tls: TemporalSettings['tls']): TLSConfig | boolean | undefined {
  if (tls === undefined || typeof tls === 'boolean') return tls;
  const config: TLSConfig = {};
  if (tls.serverName !== undefined) config.serverNameOverride = tls.serverName;
  if (tls.caPath !== undefined) config.serverRootCACertificate = readFileSync(tls.caPath);
  if (tls.certPath !== undefined && tls.keyPath !== undefined) {
    config.clientCertPair = { crt: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) };
  }
  return config;
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
