/** What a manifest says beyond names and content (docs/agent-protocol.md). What is not as it should be is passed over. */
export interface Hints {
  /** Files with holes: zeros in them need not be written. */
  sparse: Set<string>;
  /** Second names, each with the path of the file that it is a name of. */
  sameAs: Map<string, string>;
  /** Deepest first; the directory itself has the path ''. `mtime` in seconds. */
  folders: { path: string; mode: number; mtime: number }[];
}

const FOLDER_BITS = 0o3777;

/** What a file consists of, whatever else is said of its parts. */
const contentOf = (parts: unknown): string =>
  (parts as { sha256: string; bytes: number }[]).map(({ sha256, bytes }) => `${sha256} ${bytes}`).join();

/** @param value a manifest whose files and parts have been read */
export function readHints(value: Record<string, unknown>, dirs: string[]): Hints {
  const hints: Hints = { sparse: new Set(), sameAs: new Map(), folders: [] };
  const parts = new Map<string, string>();
  for (const file of value.files as Record<string, unknown>[]) {
    const path = String(file.path);
    if (file.link !== undefined) continue;
    if (Array.isArray(file.holes) && file.holes.length > 0) hints.sparse.add(path);
    const content = contentOf(file.parts);
    if (typeof file.sameAs === 'string' && parts.get(file.sameAs) === content) hints.sameAs.set(path, file.sameAs);
    else parts.set(path, content);
  }
  const known = new Set(['', ...dirs]);
  const folders: unknown[] = Array.isArray(value.folders) ? value.folders : [];
  for (const folder of folders as Record<string, unknown>[]) {
    const { path, mode, mtimeNs } = folder ?? {};
    if (typeof path !== 'string' || !known.has(path) || typeof mode !== 'number' || typeof mtimeNs !== 'number')
      continue;
    if (Number.isInteger(mode) && mode >= 0)
      hints.folders.push({ path, mode: mode & FOLDER_BITS, mtime: mtimeNs / 1e9 });
  }
  hints.folders.sort((a, b) => b.path.split('/').length - a.path.split('/').length || b.path.length - a.path.length);
  return hints;
}
