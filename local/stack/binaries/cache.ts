import os from 'node:os';
import path from 'node:path';

/**
 * Where server binaries are kept: per user, outside any checkout, shared by all installations.
 * `TRAINCTL_CACHE`, else `$XDG_CACHE_HOME/trainctl`, else `~/.cache/trainctl`.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TRAINCTL_CACHE) return path.resolve(env.TRAINCTL_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'trainctl');
}
