import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who may call: one access key. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Date, region, service and terminator of a signature: `20130524/us-east-1/s3/aws4_request`. */
export interface Scope {
  date: string;
  region: string;
  service: string;
  terminator: string;
}

export const scopeText = (scope: Scope): string => `${scope.date}/${scope.region}/${scope.service}/${scope.terminator}`;

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data, 'latin1').digest();

/** The key of a day, region and service, derived from the secret. */
export function deriveSigningKey(secretAccessKey: string, scope: Scope): Buffer {
  const day = createHmac('sha256', `AWS4${secretAccessKey}`).update(scope.date).digest();
  return hmac(hmac(hmac(day, scope.region), scope.service), scope.terminator);
}

/** Hex signature of a string to sign. */
export const sign = (signingKey: Buffer, text: string): string => hmac(signingKey, text).toString('hex');

/** Compares two hex signatures in constant time. */
export function sameSignature(expected: string, given: string): boolean {
  const a = Buffer.from(expected, 'latin1');
  const b = Buffer.from(given, 'latin1');
  return a.length === b.length && timingSafeEqual(a, b);
}
