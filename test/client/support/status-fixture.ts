import type { RunView } from '../../../client';
import type { AttemptStatus, Placement, StageStatus } from '../../../contract';

export const PLACEMENT: Placement = {
  region: 'us-east-1',
  zone: 'us-east-1a',
  instanceType: 'g5.xlarge',
  market: 'spot',
  hourlyUsd: 0.36,
  onDemandHourlyUsd: 1.006,
  priceSource: 'spot price history',
};

export const NOW = new Date('2026-03-01T12:01:00.000Z');

/** Seconds after the run's start, as ISO 8601. */
export const at = (seconds: number): string =>
  new Date(Date.parse('2026-03-01T12:00:00.000Z') + seconds * 1000).toISOString();

export function stage(name: StageStatus['name'], from: number, to?: number, detail?: string): StageStatus {
  return {
    name,
    state: to === undefined ? 'running' : 'done',
    startedAt: at(from),
    ...(to === undefined ? {} : { endedAt: at(to) }),
    ...(detail === undefined ? {} : { detail }),
  };
}

export function attempt(number: number, more: Partial<AttemptStatus> = {}): AttemptStatus {
  return { number, tries: [], stages: [], costUsd: 0, placement: PLACEMENT, instanceId: `i-${number}`, ...more };
}

export function view(more: Partial<RunView> = {}): RunView {
  return {
    run: 'digits-7k2f',
    runKey: '0123456789abcdef',
    name: 'digits',
    project: 'demo',
    installation: 'default',
    cloud: 'local',
    region: 'us-east-1',
    bucket: 'trainctl',
    prefix: '',
    phase: 'training',
    startedAt: at(0),
    costUsd: 0,
    onDemandUsd: 0,
    attemptCount: more.attempts?.length ?? 0,
    interruptions: 0,
    failures: 0,
    attempts: [],
    source: 'workflow',
    ...more,
  };
}
