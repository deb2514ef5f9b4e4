import type { AlertSpec, CodeSource, RunSpec } from '../run/spec';
import type { ReadRun } from './run';

/** Our own form of what was read: defaults of the installation filled in, units in the names. */
export function composeSpec(
  read: ReadRun,
  defaults: { name: string; project: string; instanceTypes: string[] },
): RunSpec {
  const { checkpoints, resources, limits } = read;
  return {
    name: read.name ?? defaults.name,
    project: read.project ?? defaults.project,
    command: read.command,
    code: codeSource(read.code),
    setup: read.setup,
    env: read.env,
    secrets: read.secrets,
    inputs: read.inputs,
    ...outputsOf(read.outputs),
    checkpoints: {
      dir: checkpoints.dir,
      everySeconds: checkpoints.every,
      keep: checkpoints.keep,
      graceSeconds: checkpoints.grace,
      ...(checkpoints.signal === undefined ? {} : { signal: checkpoints.signal }),
    },
    resources: {
      instanceTypes: resources.instanceTypes ?? defaults.instanceTypes,
      market: resources.market,
      zones: resources.zones,
      ami: resources.ami,
      diskGiB: resources.disk,
    },
    limits: {
      maxDurationSeconds: limits.maxDuration,
      ...(limits.maxCostUsd === undefined ? {} : { maxCostUsd: limits.maxCostUsd }),
      capacityWaitSeconds: limits.capacityWait ?? limits.maxDuration,
      startTimeoutSeconds: limits.startTimeout,
      unreachableSeconds: limits.unreachable,
      leaseSeconds: limits.lease,
    },
    retry: read.retry,
    ...(read.steps === undefined ? {} : { steps: read.steps }),
    alerts: alertsOf(read.alerts),
    ...(read.hold === undefined ? {} : { hold: { on: read.hold.on, forSeconds: read.hold.for } }),
    access: read.access,
  };
}

function alertsOf({ nan, noCheckpointFor, noStepFor }: ReadRun['alerts']): AlertSpec {
  return {
    nan,
    ...(noCheckpointFor === undefined ? {} : { noCheckpointForSeconds: noCheckpointFor }),
    ...(noStepFor === undefined ? {} : { noStepForSeconds: noStepFor }),
  };
}

/** How much of what no output names is kept where the spec does not say. Bytes. */
const OUTPUT_LIMIT = 5 * 1024 ** 3;

function outputsOf({ paths, limit }: ReadRun['outputs']): Pick<RunSpec, 'outputs' | 'outputLimitBytes'> {
  if (paths === undefined) return { outputs: [{ from: '.' }], outputLimitBytes: limit ?? OUTPUT_LIMIT };
  return { outputs: paths.map(({ from, to }) => (to === undefined ? { from } : { from, to })) };
}

function codeSource(code: ReadRun['code']): CodeSource {
  if (code?.snapshot !== undefined) {
    return { snapshot: code.snapshot, ...(code.times === undefined ? {} : { times: code.times }) };
  }
  if (code?.git !== undefined && code.ref !== undefined) return { git: code.git, ref: code.ref };
  return { none: true };
}
