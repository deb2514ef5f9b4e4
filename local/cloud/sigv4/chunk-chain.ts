import type { AuthOk } from './result';
import { sign } from './signing-key';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The signatures of an aws-chunked body: each one covers the one before it, the first covers the request's own. */
export interface ChunkChain {
  /** Signature of the next chunk, from the hex SHA-256 of its data. */
  chunk(dataSha256: string): string;
  /** Signature of the trailer, from the hex SHA-256 of its `name:value\n` lines. */
  trailer(linesSha256: string): string;
}

/**
 * Starts the chain of `STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER]`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function chunkChain(seed: Pick<AuthOk, 'signature' | 'scope' | 'amzDate' | 'signingKey'>): ChunkChain {
  let previous = seed.signature;
  const next = (kind: string, hashes: string[]): string => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, seed.amzDate, seed.scope, previous, ...hashes].join('\n');
    previous = sign(seed.signingKey, text);
    return previous;
  };
  return {
    chunk: (dataSha256) => next('PAYLOAD', [EMPTY_SHA256, dataSha256]),
    trailer: (linesSha256) => next('TRAILER', [linesSha256]),
  };
}
