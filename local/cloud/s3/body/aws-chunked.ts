import { createHash } from 'node:crypto';
import type { ChunkChain } from '../../sigv4';
import { sameSignature } from '../../sigv4';
import { S3Error } from '../errors';
import { ByteReader } from './byte-reader';
import { type Algorithm, checksumHeader } from './checksums';

/** Data chunks but the last must not be smaller (AWS, "Authenticating requests with chunked upload"). */
const MIN_CHUNK = 8192;

export interface ChunkedOptions {
  /** Present: chunks are signed. */
  chain?: ChunkChain;
  /** Present: this checksum follows the last chunk. */
  trailer?: Algorithm;
}

/** What an aws-chunked body says after its data. */
export interface ChunkedEnd {
  trailer?: string;
}

const sha256 = (data: string): string => createHash('sha256').update(data, 'latin1').digest('hex');

/** Takes the framing off an aws-chunked body, verifying signatures and sizes on the way; returns the trailer. */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  options: ChunkedOptions,
): AsyncGenerator<Buffer, ChunkedEnd> {
  const reader = new ByteReader(source);
  let small: number | undefined;
  for (let number = 1; ; number++) {
    const { size, signature } = parseHead(await line(reader));
    if (size > 0 && small !== undefined) {
      throw new S3Error('InvalidChunkSizeError', { Chunk: number - 1, BadChunkSize: small });
    }
    if (size < MIN_CHUNK) small = size;
    const hash = options.chain ? createHash('sha256') : undefined;
    let left = size;
    while (left > 0) {
      const piece = await reader.upTo(left);
      if (!piece) throw new S3Error('IncompleteBody');
      left -= piece.length;
      hash?.update(piece);
      yield piece;
    }
    if (options.chain && hash) verify(options.chain.chunk(hash.digest('hex')), signature);
    if (size === 0) break;
    if ((await line(reader)) !== '') throw new S3Error('IncompleteBody');
  }
  return readTrailer(reader, options);
}

async function line(reader: ByteReader): Promise<string> {
  const text = await reader.line();
  if (text === undefined) throw new S3Error('IncompleteBody');
  return text;
}

function parseHead(head: string): { size: number; signature: string } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(head);
  if (!match?.[1]) throw new S3Error('IncompleteBody');
  return { size: Number.parseInt(match[1], 16), signature: match[2] ?? '' };
}

function verify(expected: string, given: string): void {
  if (!sameSignature(expected, given)) throw new S3Error('SignatureDoesNotMatch', { SignatureProvided: given });
}

async function readTrailer(reader: ByteReader, options: ChunkedOptions): Promise<ChunkedEnd> {
  const lines: [string, string][] = [];
  for (let text = await reader.line(); text !== undefined && text !== ''; text = await reader.line()) {
    const at = text.indexOf(':');
    if (at < 1 || lines.length > 2) throw new S3Error('MalformedTrailerError');
    lines.push([text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()]);
  }
  if (await reader.upTo(1)) throw new S3Error('IncompleteBody');
  const signature = lines.find(([name]) => name === 'x-amz-trailer-signature')?.[1];
  const fields = lines.filter(([name]) => name !== 'x-amz-trailer-signature');
  if (!options.trailer) {
    if (lines.length > 0) throw new S3Error('MalformedTrailerError');
    return {};
  }
  const [field] = fields;
  if (!field || fields.length !== 1 || field[0] !== checksumHeader(options.trailer)) {
    throw new S3Error('MalformedTrailerError');
  }
  if (options.chain) verify(options.chain.trailer(sha256(`${field[0]}:${field[1]}\n`)), signature ?? '');
  return { trailer: field[1] };
}
