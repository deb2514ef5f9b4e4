import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Service } from './canonical';
import { verifyHeaderAuth } from './header-auth';
import type { AuthResult } from './result';
import type { Credentials } from './signing-key';

/** Whether a request whose body has been read is signed in its headers with the cloud's own credentials. */
export function verifyOwnRequest(
  request: IncomingMessage,
  body: string,
  { service, region, credentials }: { service: Service; region: string; credentials: Credentials },
): AuthResult {
  return verifyHeaderAuth(
    {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: request.headers,
      bodySha256: createHash('sha256').update(body).digest('hex'),
    },
    {
      service,
      region,
      secretFor: (id) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined),
    },
  );
}
