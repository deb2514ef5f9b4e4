import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How many folders are remembered; the oldest goes first. */
const FOLDERS = 200;

interface Entry {
  run: string;
  runId: string;
}

const fileOf = (home: string): string => path.join(home, 'newest-runs.json');

/**
 * Remembers which run a folder started last. Temporal's list of runs is some moments late, and whoever types `stop` right after
 * `run --detach` must not meet the run before. Nothing depends on it otherwise: what cannot be kept is not.
 */
export function rememberRun(home: string, folders: readonly string[], entry: Entry): void {
  const all = read(home);
  for (const folder of folders) {
    all.delete(folder);
    all.set(folder, entry);
  }
  const file = fileOf(home);
  const partial = `${file}.${process.pid}`;
  try {
    writeFileSync(partial, JSON.stringify([...all].slice(-FOLDERS)), { mode: 0o600 });
    renameSync(partial, file);
  } catch {}
}

export function rememberedRun(home: string, folder: string): Entry | undefined {
  return read(home).get(folder);
}

function read(home: string): Map<string, Entry> {
  try {
    const found: unknown = JSON.parse(readFileSync(fileOf(home), 'utf8'));
    return new Map((Array.isArray(found) ? found : []).filter(isPair));
  } catch {
    return new Map();
  }
}

function isPair(value: unknown): value is [string, Entry] {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false;
  const entry: unknown = value[1];
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'run' in entry &&
    typeof entry.run === 'string' &&
    'runId' in entry &&
    typeof entry.runId === 'string'
  );
}
