import { isIP } from 'node:net';
import type { LogLevel } from './logging';
import { LOG_LEVELS } from './logging';
import { type Door, LOOPBACK } from './loopback';

/** What a worker process takes from its environment beside the settings of the installation. */
export interface WorkerEnvironment {
  /** Port of the health endpoint; 0: any free one. */
  healthPort: number;
  /** Port of the Prometheus endpoint; 0: any free one. */
  metricsPort: number;
  /** Where both listen, and by which names they may be asked; absent: loopback. */
  door?: Door;
  logLevel: LogLevel;
  /** Set: the worker is one version of the Worker Deployment `trainctl`. */
  buildId?: string;
}

/**
 * Reads `TRAINCTL_WORKER_HEALTH_PORT`, `TRAINCTL_WORKER_METRICS_PORT` (default: any free port), `TRAINCTL_WORKER_ADDRESS` (an IP
 * address; default 127.0.0.1), `TRAINCTL_WORKER_HOSTS` (names with commas, by which the endpoints are asked there),
 * `TRAINCTL_LOG_LEVEL` (default `info`) and `TRAINCTL_BUILD_ID`.
 * @throws Error naming every variable that is wrong
 */
export function readEnvironment(env: NodeJS.ProcessEnv): WorkerEnvironment {
  const faults: string[] = [];
  const port = (name: string): number => {
    const text = env[name] ?? '0';
    const value = Number(text);
    if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
    faults.push(`${name}: ${JSON.stringify(text)} is not a port (0 to 65535)`);
    return 0;
  };
  const level = (env.TRAINCTL_LOG_LEVEL || 'info').toLowerCase();
  const logLevel = LOG_LEVELS.find((known) => known === level);
  if (!logLevel) faults.push(`TRAINCTL_LOG_LEVEL: ${JSON.stringify(level)} is none of ${LOG_LEVELS.join(', ')}`);
  const address = env.TRAINCTL_WORKER_ADDRESS || LOOPBACK;
  if (!isIP(address)) faults.push(`TRAINCTL_WORKER_ADDRESS: ${JSON.stringify(address)} is not an IP address`);
  const hosts = (env.TRAINCTL_WORKER_HOSTS ?? '').split(',').flatMap((name) => name.trim().toLowerCase() || []);
  const odd = hosts.filter((name) => !/^[a-z0-9_.-]{1,253}$/.test(name));
  if (odd.length > 0) faults.push(`TRAINCTL_WORKER_HOSTS: ${JSON.stringify(odd.join(','))} is no list of host names`);
  const read = {
    healthPort: port('TRAINCTL_WORKER_HEALTH_PORT'),
    metricsPort: port('TRAINCTL_WORKER_METRICS_PORT'),
    ...(address === LOOPBACK && hosts.length === 0 ? {} : { door: { address, hosts } }),
    logLevel: logLevel ?? 'info',
    ...(env.TRAINCTL_BUILD_ID && { buildId: env.TRAINCTL_BUILD_ID }),
  };
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return read;
}
