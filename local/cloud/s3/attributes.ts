import { invalidArgument, S3Error } from './errors';
import type { ObjectAttributes, StoredObject } from './store';

/** Headers that S3 keeps with an object and gives back. */
const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** All names without prefix and all values together, in bytes. */
const MAX_METADATA = 2048;

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
]);

/** Canned ACLs of the S3 API; a bucket whose owner owns all objects (the default) takes only the first two. */
const ACLS = [
  'bucket-owner-full-control',
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
];

/** What a request's headers (or a form's fields) say of the object that it writes. */
export function attributesOf(headers: Readonly<Record<string, string | undefined>>): ObjectAttributes {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers[name];
    if (value === undefined || value === '') continue;
    const text = name === 'content-encoding' ? withoutAwsChunked(value) : value;
    if (text !== '') kept[name] = text;
  }
  kept['content-type'] ??= 'binary/octet-stream';
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (!STORAGE_CLASSES.has(storageClass)) {
    throw new S3Error('InvalidStorageClass', { StorageClassRequested: storageClass });
  }
  checkAcl(headers['x-amz-acl'] ?? headers.acl);
  return { headers: kept, metadata: metadataOf(headers), storageClass };
}

const withoutAwsChunked = (value: string): string =>
  value
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== 'aws-chunked' && token !== '')
    .join(',');

function checkAcl(acl: string | undefined): void {
  if (acl === undefined) return;
  const index = ACLS.indexOf(acl);
  if (index < 0) throw invalidArgument('x-amz-acl', acl, '');
  if (index > 1) throw new S3Error('AccessControlListNotSupported');
}

const META = 'x-amz-meta-';

function metadataOf(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  // Names come from clients: `__proto__` is one like any other.
  const metadata: Record<string, string> = Object.create(null);
  let size = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(META) || value === undefined) continue;
    const text = fromWire(value);
    size += Buffer.byteLength(name) - META.length + Buffer.byteLength(text);
    metadata[name.slice(META.length)] = text;
  }
  if (size > MAX_METADATA) {
    throw new S3Error('MetadataTooLarge', { Size: size, MaxSizeAllowed: MAX_METADATA });
  }
  return metadata;
}

/** Header values arrive as latin1; what is UTF-8 underneath becomes text. */
function fromWire(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : value;
}

/** RFC 2047 for values that no header can carry, as S3 returns them. */
function toWire(value: string): string {
  if (/^[\x20-\x7e\t]*$/.test(value)) return value;
  let quoted = '';
  for (const byte of Buffer.from(value, 'utf8')) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x3d && byte !== 0x3f && byte !== 0x5f;
    quoted += plain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return `=?UTF-8?Q?${quoted}?=`;
}

export const httpDate = (ms: number): string => new Date(ms).toUTCString();

/** The headers of GET and HEAD that come from the object itself. */
export function objectHeaders(object: StoredObject): Record<string, string> {
  const headers: Record<string, string> = {
    'last-modified': httpDate(object.lastModified),
    etag: `"${object.etag}"`,
    'accept-ranges': 'bytes',
    ...object.headers,
    ...ENCRYPTION,
  };
  if (object.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = object.storageClass;
  for (const [name, value] of Object.entries(object.metadata)) headers[`${META}${name}`] = toWire(value);
  return headers;
}

/** S3 encrypts every object since 2023, and says so; here it is only said. */
export const ENCRYPTION = { 'x-amz-server-side-encryption': 'AES256' } as const;
