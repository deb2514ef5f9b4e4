import { TrainctlError } from '../errors';
import { linkStays, safeParts } from '../safe-path';
import { type Hints, readHints } from './hints';

export interface ManifestPart {
  sha256: string;
  bytes: number;
}

export interface ManifestFile {
  path: string;
  size: number;
  mode: number;
  mtime?: number;
  parts: ManifestPart[];
}

export interface ManifestLink {
  path: string;
  link: string;
}

/** A checkpoint: whole when this exists, because it is written last. */
export interface Manifest {
  dirs: string[];
  files: ManifestFile[];
  links: ManifestLink[];
  hints: Hints;
}

/** Reads a manifest; it comes from another host, so everything in it is checked before anything is written. */
export function readManifest(value: unknown, key: string): Manifest {
  const damaged = (why: string): TrainctlError => new TrainctlError('damaged', `checkpoint ${key} is damaged: ${why}`);
  if (!isObject(value) || value.format !== 1) throw damaged('its format is not 1');
  const { dirs = [], files } = value;
  if (!Array.isArray(dirs) || !Array.isArray(files)) throw damaged('its manifest names no files');
  const manifest: Omit<Manifest, 'hints'> = { dirs: [], files: [], links: [] };
  const seen = new Set<string>();
  for (const dir of dirs) {
    if (typeof dir !== 'string') throw damaged('a folder has no name');
    safeParts(dir);
    manifest.dirs.push(dir);
  }
  for (const file of files as unknown[]) {
    if (!isObject(file) || typeof file.path !== 'string') throw damaged('a file has no name');
    safeParts(file.path);
    if (seen.has(file.path)) throw damaged(`${JSON.stringify(file.path)} is there twice`);
    seen.add(file.path);
    if (file.link !== undefined) {
      if (typeof file.link !== 'string' || !linkStays(file.path, file.link)) {
        throw damaged(`hostile: link ${JSON.stringify(file.path)} leads out of the checkpoint`);
      }
      manifest.links.push({ path: file.path, link: file.link });
    } else manifest.files.push(readFile(file.path, file, damaged));
  }
  return { ...manifest, hints: readHints(value, manifest.dirs) };
}

function readFile(path: string, file: Record<string, unknown>, damaged: (why: string) => TrainctlError): ManifestFile {
  const { size, mode, mtime, parts } = file;
  if (typeof size !== 'number' || typeof mode !== 'number' || !Array.isArray(parts)) {
    throw damaged(`${JSON.stringify(path)} has no size, mode or parts`);
  }
  const read = (parts as unknown[]).map((part) => {
    const whole = isObject(part) && typeof part.sha256 === 'string' && /^[0-9a-f]{64}$/.test(part.sha256);
    if (!whole || typeof part.bytes !== 'number' || !Number.isSafeInteger(part.bytes) || part.bytes <= 0) {
      throw damaged(`a part of ${JSON.stringify(path)} is no part`);
    }
    return { sha256: String(part.sha256), bytes: part.bytes };
  });
  if (read.reduce((sum, part) => sum + part.bytes, 0) !== size) {
    throw damaged(`the parts of ${JSON.stringify(path)} do not add up to it`);
  }
  return { path, size, mode, parts: read, ...(typeof mtime === 'number' ? { mtime } : {}) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
