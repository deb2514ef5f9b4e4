import { EmptyBadRequest, S3Error } from './errors';

/** Longest key, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects"). */
const MAX_KEY_BYTES = 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of a decoded path; bytes that are no UTF-8 are InvalidURI. */
export function decodeKey(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new S3Error('InvalidURI', { URI: bytes.toString('latin1') });
  }
}

export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError', { Size: size, MaxSizeAllowed: MAX_KEY_BYTES });
  if (climbsOut(key)) throw new EmptyBadRequest();
}

/** `../x` and `a/../../x` lead above the bucket; `a/../b` does not. */
function climbsOut(key: string): boolean {
  let depth = 0;
  for (const part of key.split('/')) {
    if (part === '..') depth--;
    else if (part !== '.' && part !== '') depth++;
    if (depth < 0) return true;
  }
  return false;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** S3's rules for names of general purpose buckets; they also make a name safe as a folder. */
export const isBucketName = (name: string): boolean =>
  BUCKET.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name) && !RESERVED.test(name);

/** Orders as UTF-8 bytes do: by code point, where UTF-16 would put surrogates before U+E000. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit < 0xd800 ? unit : unit >= 0xe000 ? unit - 0x800 : unit + 0x2000);
