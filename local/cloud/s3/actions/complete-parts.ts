import { type Algorithm, type ChecksumType, checksumElement, compositeChecksum } from '../body/checksums';
import { combineCrc } from '../body/crc-combine';
import { invalidRequest, S3Error } from '../errors';
import type { OpenUpload, StoredPart } from '../store';

/** Smallest part but the last; 5 MiB (user guide, "Amazon S3 multipart upload limits"). */
const MIN_PART = 5 * 1024 * 1024;

/** A part as CompleteMultipartUpload names it. */
export interface NamedPart {
  number: number;
  etag: string;
  /** By element name: `ChecksumCRC32`. */
  checksums: ReadonlyMap<string, string>;
}

/** The upload's parts in the order named, or why they are none. Gaps between numbers are fine. */
export function pickParts(upload: OpenUpload, named: readonly NamedPart[]): StoredPart[] {
  let before = 0;
  for (const { number } of named) {
    if (number <= before) throw new S3Error('InvalidPartOrder', { UploadId: upload.info.id });
    before = number;
  }
  return named.map((name, index) => {
    const part = upload.parts.get(name.number);
    const wrong = (): S3Error =>
      new S3Error('InvalidPart', { UploadId: upload.info.id, PartNumber: name.number, ETag: name.etag });
    if (!part || part.etag !== name.etag) throw wrong();
    checkPartChecksum(upload, part, name, wrong);
    if (index < named.length - 1 && part.segment.size < MIN_PART) {
      throw new S3Error('EntityTooSmall', {
        ProposedSize: part.segment.size,
        MinSizeAllowed: MIN_PART,
        PartNumber: part.number,
        ETag: part.etag,
      });
    }
    return part;
  });
}

function checkPartChecksum(upload: OpenUpload, part: StoredPart, name: NamedPart, wrong: () => S3Error): void {
  const { declared, algorithm, type } = upload.info;
  const value = name.checksums.get(checksumElement(algorithm));
  if (value !== undefined && value !== part.checksum) throw wrong();
  if (declared && type === 'COMPOSITE' && value === undefined) {
    throw invalidRequest(
      `The upload was created using a ${declared.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
}

/** The checksum of the joined object, from those of its parts: no byte is read again. */
export function joinedChecksum(algorithm: Algorithm, type: ChecksumType, parts: readonly StoredPart[]): string {
  const values: Buffer[] = parts.map((part) => Buffer.from(part.checksum, 'base64'));
  if (type === 'COMPOSITE' || algorithm === 'SHA1' || algorithm === 'SHA256') {
    return compositeChecksum(algorithm, values);
  }
  let joined = values[0] ?? Buffer.alloc(0);
  for (const [index, value] of values.entries()) {
    if (index > 0) joined = combineCrc(algorithm, joined, value, parts[index]?.segment.size ?? 0);
  }
  return joined.toString('base64');
}
