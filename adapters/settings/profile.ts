import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { SettingsFault } from './errors';

/**
 * One profile of Temporal's configuration file, its keys flat (`address`, `tls.client_cert_path`). Read only when
 * TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE asks for it, so that nothing reaches a server that this shell did not name.
 */
export function readProfile(env: NodeJS.ProcessEnv, faults: SettingsFault[]): Record<string, string> {
  if (!env.TEMPORAL_CONFIG_FILE && !env.TEMPORAL_PROFILE) return {};
  const file = env.TEMPORAL_CONFIG_FILE || defaultFile(env);
  const name = env.TEMPORAL_PROFILE || 'default';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    faults.push({ where: file, message: `cannot be read: ${(error as Error).message}` });
    return {};
  }
  const tables = parseToml(text, (line) =>
    faults.push({ where: `${file}:${line}`, message: 'is not read here; write key = "value", one a line' }),
  );
  const prefix = `profile.${name}`;
  const own = [...tables].filter(([table]) => table === prefix || table.startsWith(`${prefix}.`));
  if (own.length === 0 && env.TEMPORAL_PROFILE) {
    faults.push({ where: 'TEMPORAL_PROFILE', message: `${file} has no [${prefix}]` });
  }
  const profile: Record<string, string> = {};
  for (const [table, values] of own) {
    const above = table === prefix ? '' : `${table.slice(prefix.length + 1)}.`;
    for (const [key, value] of Object.entries(values)) profile[`${above}${key}`] = value;
  }
  return profile;
}

function defaultFile(env: NodeJS.ProcessEnv): string {
  const base =
    process.platform === 'darwin'
      ? path.join(homedir(), 'Library/Application Support')
      : env.XDG_CONFIG_HOME || path.join(homedir(), '.config');
  return path.join(base, 'temporalio/temporal.toml');
}

/** The part of TOML that such files use: tables, and keys with text, booleans or numbers. Other lines are reported. */
export function parseToml(text: string, unread: (line: number) => void): Map<string, Record<string, string>> {
  const tables = new Map<string, Record<string, string>>();
  let table: Record<string, string> = {};
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const header = /^\[\s*([\w-]+(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*\]\s*(?:#.*)?$/.exec(line);
    if (header?.[1]) {
      table = {};
      tables.set(
        header[1]
          .split('.')
          .map((part) => part.trim().replace(/^"|"$/g, ''))
          .join('.'),
        table,
      );
      continue;
    }
    const pair = /^([\w-]+|"[^"]*")\s*=\s*(?:("(?:[^"\\]|\\.)*")|'([^']*)'|(true|false|[\d.]+))\s*(?:#.*)?$/.exec(line);
    const key = pair?.[1]?.replace(/^"|"$/g, '');
    const value = pair?.[2] === undefined ? (pair?.[3] ?? pair?.[4]) : unescaped(pair[2]);
    if (key === undefined || value === undefined) unread(i + 1);
    else table[key] = value;
  }
  return tables;
}

function unescaped(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
