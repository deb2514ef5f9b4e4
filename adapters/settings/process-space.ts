import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * What the numbers of this machine's processes are told apart by: of the running kernel and the space in which it numbers them, which a
 * container has for itself though it may have the host's name and network. Undefined where the system does not say it.
 */
export function processSpace(): string | undefined {
  try {
    const kernel = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const space = readlinkSync('/proc/self/ns/pid');
    return createHash('sha256').update(`${kernel} ${space}`).digest('hex').slice(0, 8);
  } catch {
    return undefined;
  }
}

/** How a process of ours calls itself to Temporal: `PID@HOST`, as every worker does, and `#SPACE` where there is one. */
export function processIdentity(pid = process.pid, host = hostname(), space = processSpace()): string {
  return `${pid}@${host}${space === undefined ? '' : `#${space}`}`;
}

/** Reads such a name; undefined: it is none. */
export function readIdentity(identity: string): { pid: number; host: string; space: string | undefined } | undefined {
  const [, pid, host, space] = /^(\d{1,10})@(.+?)(?:#([0-9a-f]{8}))?$/.exec(identity) ?? [];
  return pid === undefined || host === undefined ? undefined : { pid: Number(pid), host, space };
}
