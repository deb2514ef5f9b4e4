import { homedir } from 'node:os';
import path from 'node:path';

/** The folder of an installation's settings, secret and stack: `$TRAINCTL_HOME`, else `~/.trainctl`. Absolute. */
export function homeDir(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.TRAINCTL_HOME?.trim();
  if (!named) return path.join(homedir(), '.trainctl');
  return path.resolve(named.startsWith('~/') ? path.join(homedir(), named.slice(2)) : named);
}
