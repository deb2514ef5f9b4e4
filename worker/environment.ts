import type { LogLevel } from './logging';
import { LOG_LEVELS } from './logging';

/** What a worker process takes from its environment beside the settings of the installation. */
export interface WorkerEnvironment {
  /** Port of the health endpoint on loopback; 0: any free one. */
  healthPort: number;
  /** Port of the Prometheus endpoint on loopback; 0: any free one. */
  metricsPort: number;
  logLevel: LogLevel;
  /** Set: the worker is one version of the Worker Deployment `trainctl`. */
  buildId?: string;
}

/**
 * Reads `TRAINCTL_WORKER_HEALTH_PORT`, `TRAINCTL_WORKER_METRICS_PORT` (default: any free port), `TRAINCTL_LOG_LEVEL` (default
 * `info`) and `TRAINCTL_BUILD_ID`.
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
  const read = {
    healthPort: port('TRAINCTL_WORKER_HEALTH_PORT'),
    metricsPort: port('TRAINCTL_WORKER_METRICS_PORT'),
    logLevel: logLevel ?? 'info',
    ...(env.TRAINCTL_BUILD_ID && { buildId: env.TRAINCTL_BUILD_ID }),
  };
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return read;
}
