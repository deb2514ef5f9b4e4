import { readFileSync } from 'node:fs';
import { Client, Connection, defaultPayloadConverter, type TLSConfig } from '@temporalio/client';
import { readingCodec, type TemporalSettings } from '../../contract';
import { ClosableRetries } from './closable-retries';
import { type ServerSettings, temporalUnavailable } from './server-words';

/** How long the first answer of Temporal may take. Long enough for a far server, short enough for a person. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Connects to the Temporal server of the settings, or throws `unavailable` with what to do. */
export async function connectTemporal(settings: ServerSettings): Promise<Client> {
  const { temporal } = settings;
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
    const dataConverter = { payloadCodecs: [readingCodec(defaultPayloadConverter)] };
    return new Client({ connection, namespace: temporal.namespace, dataConverter });
  } catch (cause) {
    throw temporalUnavailable(settings, cause);
  }
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
