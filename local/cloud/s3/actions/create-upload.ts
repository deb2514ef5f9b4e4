import { attributesOf, ENCRYPTION } from '../attributes';
import { ALGORITHMS, type Algorithm, algorithmOf, type ChecksumType } from '../body/checksums';
import { invalidRequest } from '../errors';
import type { Answer, Exchange } from '../exchange';
import { resultXml } from '../xml';

/** CreateMultipartUpload. */
export async function createMultipartUpload(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const { headers } = exchange.request;
  const { declared, type } = checksumKind(headers['x-amz-checksum-algorithm'], headers['x-amz-checksum-type']);
  const upload = await bucket.uploads.create({
    ...attributesOf(headers),
    key: exchange.key,
    initiated: exchange.seconds(),
    ...(declared ? { declared } : {}),
    algorithm: declared ?? 'CRC64NVME',
    type,
    versionThen: bucket.get(exchange.key)?.version ?? null,
  });
  return {
    headers: {
      ...ENCRYPTION,
      ...(declared ? { 'x-amz-checksum-algorithm': declared, 'x-amz-checksum-type': type } : {}),
    },
    body: resultXml('InitiateMultipartUploadResult', {
      Bucket: bucket.name,
      Key: exchange.key,
      UploadId: upload.info.id,
    }),
  };
}

/** Which checksum an upload has: CRC64NVME is of the full object only, SHA never is. */
function checksumKind(
  algorithmText: string | undefined,
  typeText: string | undefined,
): { declared: Algorithm | undefined; type: ChecksumType } {
  const declared = algorithmText === undefined ? undefined : algorithmOf(algorithmText);
  if (algorithmText !== undefined && !declared) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  if (typeText === undefined) return { declared, type: ALGORITHMS[declared ?? 'CRC64NVME'].multipart };
  const type = typeText.toUpperCase();
  if (type !== 'COMPOSITE' && type !== 'FULL_OBJECT') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  if (!declared) {
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const impossible = type === 'COMPOSITE' ? declared === 'CRC64NVME' : declared.startsWith('SHA');
  if (impossible) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${declared.toLowerCase()} checksum algorithm.`,
    );
  }
  return { declared, type };
}
