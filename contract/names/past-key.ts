import { wellFormed } from '../words/reader';

/**
 * What runs leave when they end, so that who knows an id, or only wants the newest, finds them without Temporal and without looking
 * into each run: one small object each, named by its end (newest first in S3's order), run key and id.
 */
export const pastPrefix = (prefix: string): string => `${prefix}past/`;

/** So many digits hold all times of a JavaScript date that are to come for 250 years. */
const LAST = 9_999_999_999_999;

/** What of an id is in a key, which has 1024 bytes for all: who needs the whole id reads the object. */
const ID_CHARACTERS = 300;

/** @param endedAt epoch milliseconds */
export function pastKey(prefix: string, endedAt: number, runKey: string, run: string): string {
  const at = Math.min(LAST, Math.max(0, LAST - Math.round(endedAt)));
  return `${pastPrefix(prefix)}${String(at).padStart(13, '0')}-${runKey}/${idPart(run)}`;
}

export interface PastKey {
  key: string;
  runKey: string;
  /** Epoch milliseconds. */
  endedAt: number;
  /** As {@link idPart} makes it. */
  id: string;
}

/** Undefined: it is another object. */
export function readPastKey(prefix: string, key: string): PastKey | undefined {
  const [, at, runKey, id] = /^(\d{13})-([0-9a-f]{16})\/([^/]+)$/.exec(key.slice(pastPrefix(prefix).length)) ?? [];
  if (at === undefined || runKey === undefined || id === undefined) return undefined;
  return { key, runKey, endedAt: LAST - Number(at), id };
}

/** An id, or its beginning, as it stands in such a key. */
export const idPart = (id: string): string => encodeURIComponent(wellFormed(id)).slice(0, ID_CHARACTERS);
