import { invalidRequest, S3Error } from '../errors';
import { decodeChunks } from './aws-chunked';
import { type Algorithm, checksumHeader, digester, isChecksumValue } from './checksums';
import { type BodyPlan, checksumMismatch } from './plan';

/** A body that has been read to its end and agrees with everything that was said of it. */
export interface Received {
  size: number;
  md5: Buffer;
  /** The checksum that was sent, or CRC64NVME. */
  algorithm: Algorithm;
  checksum: Buffer;
  /** Value of the algorithm asked for beside it, if any. */
  also?: Buffer;
}

export interface ReceiveOptions {
  write(chunk: Buffer): Promise<void>;
  /** Algorithm when none was sent. Default: CRC64NVME, as S3 does. */
  fallback?: Algorithm;
  /** One more algorithm to compute. */
  also?: Algorithm;
  /** How BadDigest of Content-MD5 shows the expected value: hex on PutObject, base64 on UploadPart. */
  md5As?: 'hex' | 'base64';
}

/** Reads a body through its framing into `write`, and throws unless every length, hash and signature agrees. */
export async function receive(
  plan: BodyPlan,
  source: AsyncIterable<Buffer>,
  options: ReceiveOptions,
): Promise<Received> {
  const algorithm = plan.checksum?.algorithm ?? options.fallback ?? 'CRC64NVME';
  const md5 = digester('MD5');
  const checksum = digester(algorithm);
  const sha256 = plan.sha256 === undefined ? undefined : digester('SHA256');
  const also = options.also === undefined || options.also === algorithm ? undefined : digester(options.also);
  const data = plan.chunks ? decodeChunks(source, plan.chunks) : plain(source);
  let size = 0;
  let next = await data.next();
  for (; !next.done; next = await data.next()) {
    const piece = next.value;
    size += piece.length;
    if (size > plan.length) throw new S3Error('IncompleteBody');
    for (const digest of [md5, checksum, sha256, also]) digest?.update(piece);
    await options.write(piece);
  }
  if (size !== plan.length) throw new S3Error('IncompleteBody');

  const result = { size, md5: md5.digest(), algorithm, checksum: checksum.digest() };
  const trailer = next.value?.trailer;
  verifySha256(plan, sha256?.digest());
  verifyMd5(plan, result.md5, options.md5As ?? 'hex');
  verifyChecksum(plan, trailer, result.checksum);
  if (options.also === undefined) return result;
  return { ...result, also: also ? also.digest() : result.checksum };
}

async function* plain(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, { trailer?: string } | undefined> {
  yield* source;
  return undefined;
}

function verifySha256(plan: BodyPlan, actual: Buffer | undefined): void {
  if (!actual || plan.sha256 === actual.toString('hex')) return;
  throw new S3Error('XAmzContentSHA256Mismatch', {
    ClientComputedContentSHA256: plan.sha256 ?? '',
    S3ComputedContentSHA256: actual.toString('hex'),
  });
}

function verifyMd5(plan: BodyPlan, actual: Buffer, as: 'hex' | 'base64'): void {
  if (!plan.md5 || plan.md5.equals(actual)) return;
  throw new S3Error('BadDigest', {
    ExpectedDigest: plan.md5.toString(as),
    CalculatedDigest: actual.toString('base64'),
  });
}

function verifyChecksum(plan: BodyPlan, trailer: string | undefined, actual: Buffer): void {
  if (!plan.checksum) return;
  const { algorithm } = plan.checksum;
  const expected = plan.checksum.value ?? trailer ?? '';
  if (!isChecksumValue(algorithm, expected)) {
    throw invalidRequest(
      `Value for ${checksumHeader(algorithm)} ${trailer === undefined ? 'header' : 'trailing header'} is invalid.`,
    );
  }
  if (expected !== actual.toString('base64')) throw checksumMismatch(algorithm);
}
