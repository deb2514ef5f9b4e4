/** What a manifest says of its checkpoint, as far as whoever keeps, lists or offers it must know. */
export interface ManifestFacts {
  /** Of the attempt's checkpoints, from 1 up; absent in what an older agent wrote. */
  number?: number;
  /** The instance that wrote it; absent in what an older agent wrote. */
  instance?: string;
  /** Null: nothing says a step. */
  step: number | null;
  /** Steps from one report of the training to the next; the most, where a name says its step. */
  stepEvery?: number;
  /** When it was taken, ISO 8601. */
  at?: string;
  /** Why it is not known to be whole; absent: it was taken whole. */
  suspect?: string;
  /** What of the directory it does not hold as it was, a sentence for each reason. Absent: nothing, or an older agent wrote it. */
  leftOut?: string[];
  /** Of all its files. */
  bytes: number;
  files: number;
  /** Bytes of each part, by its sha256. */
  parts: Map<string, number>;
}

export type ManifestReading =
  | { kind: 'read'; facts: ManifestFacts }
  /** No agent wrote it so, or it was hurt since. */
  | { kind: 'damaged'; why: string }
  /** Of a format that a newer agent may have: nothing can be said of it. */
  | { kind: 'unknown'; why: string };

/** A manifest past this size is no checkpoint that anybody can use: a million parts have less. */
export const MANIFEST_BYTES = 128 * 1024 * 1024;

/**
 * Objects and lists, and values in them, that a manifest of that size may have: an agent's files and parts take some hundred bytes
 * each. Read, `{}` takes twenty times its length in memory, and what reads it serves other runs as well.
 */
const MOST_ENTRIES = { groups: 3_000_000, values: 6_000_000 };

/** What a path may have, and each of its names: the limits of Linux. Bytes of UTF-8. */
const PATH_BYTES = 4095;
const NAME_BYTES = 255;

/** A step or a number of more digits would not fit its key. */
const COUNT_LIMIT = 1e15;

/** Reasons for which something is left out, and characters of each, that are read. */
const LEFT_OUT = { reasons: 12, characters: 300 };

/** Of what travels on: an instance's id, a moment, a doubt. Characters. */
const MOST = { instance: 64, moment: 40, doubt: 300 };

/** What an agent of this format writes of a file; one with more is of a newer agent, which may leave out parts of it. */
const FILE_KEYS: ReadonlySet<string> = new Set(['path', 'mode', 'size', 'mtime', 'parts']);

class Damage extends Error {}

/**
 * Reads a manifest. It comes from the run's own host, so nothing in it is believed: numbers that no file can have, names that no
 * disk takes, shapes that no agent writes are damage. What a newer agent adds passes.
 */
export function readManifestFacts(text: string): ManifestReading {
  if (hasTooMany(text)) return { kind: 'damaged', why: 'its manifest has more entries than any that an agent writes' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged', why: 'its manifest is no JSON document' };
  }
  if (!isObject(value)) return { kind: 'damaged', why: 'its manifest is no JSON object' };
  if (value.format !== 1) {
    const newer = Number.isSafeInteger(value.format) && Number(value.format) > 1;
    return newer
      ? { kind: 'unknown', why: `its format is ${String(value.format)}, this release knows 1` }
      : { kind: 'damaged', why: 'its format is not 1' };
  }
  try {
    return { kind: 'read', facts: factsOf(value) };
  } catch (error) {
    if (error instanceof Damage) return { kind: 'damaged', why: error.message };
    throw error;
  }
}

/** Whether a text has more entries than can be read, without reading it. What stands in names is counted as well. */
function hasTooMany(text: string): boolean {
  // Each takes two characters at least.
  if (text.length < 2 * MOST_ENTRIES.groups) return false;
  let [groups, values] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA) values += 1;
    else if (code === BRACE || code === BRACKET) groups += 1;
  }
  return groups > MOST_ENTRIES.groups || values > MOST_ENTRIES.values;
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];

/** What S3 lacks of a manifest's parts, by what S3 lists; one of another size counts as missing. */
export function missingParts(facts: ManifestFacts, listed: ReadonlyMap<string, { bytes: number }>): string[] {
  return [...facts.parts].filter(([sha256, bytes]) => listed.get(sha256)?.bytes !== bytes).map(([sha256]) => sha256);
}

function factsOf(value: Record<string, unknown>): ManifestFacts {
  const { files, dirs = [], step = null, number, createdAt, suspect, stepEvery, leftOut, instance } = value;
  if (!Array.isArray(files) || !Array.isArray(dirs)) throw new Damage('its manifest names no files');
  if (step !== null && !isCount(step)) throw new Damage('its step is no number that a step can be');
  if (number !== undefined && !isCount(number)) throw new Damage('its number is none');
  if (suspect !== undefined && suspect !== null && typeof suspect !== 'string')
    throw new Damage('its doubt is no text');
  const facts: ManifestFacts = {
    step: step as number | null,
    ...(number === undefined ? {} : { number: number as number }),
    ...(typeof instance === 'string' ? { instance: instance.slice(0, MOST.instance) } : {}),
    ...(isCount(stepEvery) && stepEvery !== 0 ? { stepEvery: stepEvery as number } : {}),
    ...(isTime(createdAt) ? { at: createdAt } : {}),
    ...(typeof suspect === 'string' ? { suspect: suspect.slice(0, MOST.doubt) } : {}),
    ...leftOutOf(leftOut),
    bytes: 0,
    files: files.length,
    parts: new Map(),
  };
  for (const dir of dirs as unknown[]) if (typeof dir === 'string') checkPath(dir);
  for (const file of files as unknown[]) addFile(facts, file);
  return facts;
}

/** For people alone: what is no text is none, and hurts nothing. */
function leftOutOf(value: unknown): Pick<ManifestFacts, 'leftOut'> {
  const said = Array.isArray(value)
    ? value.filter((text): text is string => typeof text === 'string' && text !== '')
    : [];
  if (said.length === 0) return {};
  return { leftOut: said.slice(0, LEFT_OUT.reasons).map((text) => text.slice(0, LEFT_OUT.characters)) };
}

function addFile(facts: ManifestFacts, file: unknown): void {
  if (!isObject(file) || typeof file.path !== 'string') throw new Damage('a file has no name');
  checkPath(file.path);
  const name = JSON.stringify(file.path.slice(0, 100));
  if (typeof file.link === 'string') {
    if (utf8(file.link) > PATH_BYTES) throw new Damage(`the link ${name} is longer than any path`);
    return;
  }
  const { size, mode, mtime, parts } = file;
  const newer = Object.keys(file).some((key) => !FILE_KEYS.has(key));
  if (parts === undefined && newer) return;
  if (!Array.isArray(parts)) throw new Damage(`${name} has no parts`);
  if (!isSize(size)) throw new Damage(`the size of ${name} is none that a file can have`);
  if (!newer && !(isSize(mode) && mode <= 0o7777)) throw new Damage(`the mode of ${name} is none`);
  if (mtime !== undefined && !(typeof mtime === 'number' && Math.abs(mtime) < 1e11)) {
    throw new Damage(`the time of ${name} is none that a file can have`);
  }
  let sum = 0;
  for (const part of parts as unknown[]) sum += addPart(facts, part, name);
  if (sum > size || (sum < size && !newer)) throw new Damage(`the parts of ${name} do not add up to it`);
  facts.bytes += size;
  if (!Number.isSafeInteger(facts.bytes)) throw new Damage('its files are larger than any disk');
}

function addPart(facts: ManifestFacts, part: unknown, name: string): number {
  if (!isObject(part) || typeof part.sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(part.sha256)) {
    throw new Damage(`a part of ${name} has no name`);
  }
  const { sha256, bytes } = part;
  if (!isSize(bytes) || bytes === 0) throw new Damage(`a part of ${name} has no size`);
  const known = facts.parts.get(sha256);
  if (known !== undefined && known !== bytes) throw new Damage(`a part of ${name} has two sizes`);
  facts.parts.set(sha256, bytes);
  return bytes;
}

function checkPath(path: string): void {
  const short = JSON.stringify(path.slice(0, 100));
  const bad = (name: string): boolean => name === '' || name === '.' || name === '..';
  if (path.includes('\0') || path.split('/').some(bad))
    throw new Damage(`hostile: ${short} is no path below its folder`);
  if (utf8(path) > PATH_BYTES || path.split('/').some((name) => utf8(name) > NAME_BYTES)) {
    throw new Damage(`the name ${short}… is longer than a disk takes`);
  }
}

/** UTF-8 length; a lone surrogate, by which a host writes a byte that is no text, counts for one. */
function utf8(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const alone = code >= 0xd800 && code <= 0xdfff;
    bytes += code < 0x80 || alone ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isCount = (value: unknown): boolean => isSize(value) && value < COUNT_LIMIT;

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MOST.moment && !Number.isNaN(Date.parse(value));
