import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** Smaller parts are compiled as fast as their cache is read. */
const WORTH_BYTES = 16 * 1024;
const OLD_MS = 30 * 24 * 3600 * 1000;

interface Compiling {
  _compile(this: NodeJS.Module, source: string, file: string): unknown;
}

/**
 * Keeps what V8 has compiled of the files in `parts` for the next start: a third of the time of a command that speaks with
 * servers. What `module.enableCompileCache` does from node 22 on. A cache that cannot be read, or is of another V8, is no cache.
 */
export function keepCompiled(parts: string, folder: string): void {
  const fresh = new Map<string, Script>();
  const prototype = Module.prototype as unknown as Compiling;
  const compile = prototype._compile;
  prototype._compile = function (source, file) {
    if (source.length < WORTH_BYTES || path.dirname(file) !== parts) return compile.call(this, source, file);
    const cache = path.join(folder, `${path.basename(file)}.v8`);
    const cachedData = readCache(cache);
    const [head = ''] = Module.wrap('\n').split('\n');
    const script = new Script(Module.wrap(source), {
      filename: file,
      columnOffset: -head.length,
      ...(cachedData ? { cachedData } : {}),
    });
    if (script.cachedDataRejected !== false) fresh.set(cache, script);
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    return run.call(this.exports, this.exports, createRequire(file), this, file, parts);
  };
  process.once('exit', () => write(parts, folder, fresh));
}

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** At the end, when it is known which functions are needed. Whoever cannot write here starts slower, and that is all. */
function write(parts: string, folder: string, fresh: Map<string, Script>): void {
  if (fresh.size === 0) return;
  try {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 })) removeOld(path.dirname(folder));
    for (const [file, script] of fresh) {
      const partial = `${file}.${process.pid}`;
      writeFileSync(partial, script.createCachedData(), { mode: 0o600 });
      renameSync(partial, file);
    }
    removeOrphans(parts, folder);
  } catch {}
}

/** Caches that nothing has been written to for a month: those of versions that were here before. */
function removeOld(parent: string): void {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    if (Date.now() - statSync(folder).mtimeMs > OLD_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/** Caches whose part is gone: a build of the same version names its parts anew. Another process may remove them too. */
function removeOrphans(parts: string, folder: string): void {
  const present = new Set(readdirSync(parts));
  for (const name of readdirSync(folder)) {
    if (!present.has(name.replace(/\.v8(\.\d+)?$/, ''))) rmSync(path.join(folder, name), { force: true });
  }
}
