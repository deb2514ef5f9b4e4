import { parseS3Url } from '../names/keys';

/** The longest key that S3 takes, and what of it a destination leaves to the names of files. Bytes. */
const KEY_BYTES = 1024;
const PREFIX_BYTES = 700;

/**
 * What is wrong with an S3 address, when no run could ever use it; undefined when one could. Whether it is there, and may be
 * read or written, is looked at before the launch.
 */
export function s3UrlFault(url: string, use: 'input' | 'output'): string | undefined {
  const quoted = JSON.stringify(url.slice(0, 80));
  const placeholder = /\$\{[^}]*\}?|\$\([^)]*\)|\{\{.*?\}\}/.exec(url)?.[0];
  if (placeholder !== undefined) {
    return `${quoted} holds ${placeholder}, which nobody fills in: write what it stands for`;
  }
  const parsed = parseS3Url(url);
  if (!parsed) return notAnAddress(url, quoted);
  const { bucket, key } = parsed;
  const odd = bucketFault(bucket);
  if (odd) return `${quoted}: no bucket can be named ${bucket} (${odd})`;
  if (/\p{Cc}/u.test(key)) return `${quoted} holds a control character`;
  if (key.split('/').some((part) => part === '.' || part === '..')) {
    return `${quoted} has a part that is . or ..: write the path out`;
  }
  if (Buffer.byteLength(key) > KEY_BYTES) return `has a key of more than ${KEY_BYTES} bytes`;
  if (!url.includes('/', 5)) return `${quoted} names no object; for the whole bucket say "${url}/"`;
  if (use === 'input') return undefined;
  if (!url.endsWith('/')) return 'must end in / (outputs keep their names below it)';
  if (key === '') {
    return `${quoted} is a whole bucket, and a host may write below a prefix alone (try ${JSON.stringify(`${url}results/`)})`;
  }
  if (Buffer.byteLength(key) > PREFIX_BYTES) {
    return `has a prefix of more than ${PREFIX_BYTES} bytes, which leaves no room for the names below it`;
  }
  return undefined;
}

function notAnAddress(url: string, quoted: string): string {
  const text = url.trim();
  const near = text
    .replace(/^s3:\/*/i, 's3://')
    .replace(/^(s3:\/\/)([^/]*)/, (_, head, name: string) => head + name.toLowerCase());
  const better = parseS3Url(near) && near !== url ? near : 's3://bucket/path/';
  return `${quoted} must be an S3 address (try ${better})`;
}

/** User guide, "General purpose bucket naming rules"; length and letters are in the address itself. */
function bucketFault(bucket: string): string | undefined {
  if (bucket.includes('..')) return 'two dots in a row';
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(bucket)) return 'it has the form of an IP address';
  const kept = /^(xn--|sthree-)/.exec(bucket)?.[0];
  if (kept !== undefined) return `S3 keeps names that begin with ${kept} to itself`;
  return undefined;
}
