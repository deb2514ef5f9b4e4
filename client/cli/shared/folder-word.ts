import { createHash } from 'node:crypto';

/** Leaves room for what is added to it: a name takes at most 255 bytes. */
const LONGEST = 100;

/**
 * The beginning of a folder's name from a run's id: letters and digits of ASCII, `.`, `_` and `-`, no dot or dash first. The colons
 * of a Schedule's times become dots; of an id that loses more, a hash keeps it apart from others.
 */
export function folderWord(id: string): string {
  const dotted = id.replaceAll(':', '.');
  const kept = dotted.replace(/[^A-Za-z0-9._-]+|\.{2,}|^[.-]+/g, '_').slice(0, LONGEST);
  return kept === dotted ? kept : `${kept}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}
