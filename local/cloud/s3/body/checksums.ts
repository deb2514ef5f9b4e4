import { createHash } from 'node:crypto';
import { type Crc, crc32, crc32c } from './crc';
import { crc64nvme } from './crc64';

export type Algorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';

/** Every checksum algorithm: size of its value in bytes, and the type it has in a multipart upload unless told. */
export const ALGORITHMS: Readonly<Record<Algorithm, { bytes: number; multipart: ChecksumType }>> = {
  CRC32: { bytes: 4, multipart: 'COMPOSITE' },
  CRC32C: { bytes: 4, multipart: 'COMPOSITE' },
  CRC64NVME: { bytes: 8, multipart: 'FULL_OBJECT' },
  SHA1: { bytes: 20, multipart: 'COMPOSITE' },
  SHA256: { bytes: 32, multipart: 'COMPOSITE' },
};

export const algorithmNames = Object.keys(ALGORITHMS) as Algorithm[];

export const algorithmOf = (text: string): Algorithm | undefined =>
  algorithmNames.find((name) => name === text.toUpperCase());

export const checksumHeader = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** Name of the element in XML: `ChecksumCRC32`. */
export const checksumElement = (algorithm: Algorithm): string => `Checksum${algorithm}`;

/** The algorithm that a checksum header or trailer is for; undefined for other headers and unknown algorithms. */
export const algorithmOfHeader = (name: string): Algorithm | undefined =>
  algorithmNames.find((algorithm) => checksumHeader(algorithm) === name.toLowerCase());

/** A running checksum. */
export function digester(algorithm: Algorithm | 'MD5'): Crc {
  switch (algorithm) {
    case 'CRC32':
      return crc32();
    case 'CRC32C':
      return crc32c();
    case 'CRC64NVME':
      return crc64nvme();
    default: {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
    }
  }
}

/** Whether `value` is base64 of a checksum of that algorithm's size. */
export function isChecksumValue(algorithm: Algorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === ALGORITHMS[algorithm].bytes && bytes.toString('base64') === value;
}

/** Checksum of checksums: `base64(algorithm(concatenated raw values))-N`. */
export function compositeChecksum(algorithm: Algorithm, values: readonly Buffer[]): string {
  const digest = digester(algorithm);
  for (const value of values) digest.update(value);
  return `${digest.digest().toString('base64')}-${values.length}`;
}
