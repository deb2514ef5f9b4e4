import type { AlertSpec, RunSpec } from '../../../../contract';
import type { RunSpecInput } from '../../../../contract/schema';

/** A resolved spec in the words that a person would have typed. */
export function inputOfSpec(spec: RunSpec): RunSpecInput {
  const { checkpoints, resources, limits, alerts, hold, access, outputs, outputLimitBytes, ...same } = spec;
  return {
    ...same,
    outputs: outputLimitBytes === undefined ? outputs : { limit: outputLimitBytes / 1024 ** 3 },
    checkpoints: {
      dir: checkpoints.dir,
      every: checkpoints.everySeconds,
      keep: checkpoints.keep,
      grace: checkpoints.graceSeconds,
      ...(checkpoints.signal === undefined ? {} : { signal: checkpoints.signal }),
    },
    resources: {
      instanceTypes: resources.instanceTypes,
      market: resources.market,
      zones: resources.zones,
      ami: resources.ami,
      disk: resources.diskGiB,
    },
    limits: {
      maxDuration: limits.maxDurationSeconds,
      ...(limits.maxCostUsd === undefined ? {} : { maxCostUsd: limits.maxCostUsd }),
      capacityWait: limits.capacityWaitSeconds,
      startTimeout: limits.startTimeoutSeconds,
      unreachable: limits.unreachableSeconds,
      lease: limits.leaseSeconds,
    },
    ...(alerts === undefined ? {} : { alerts: inputOfAlerts(alerts) }),
    ...(hold === undefined ? {} : { hold: { on: hold.on, for: hold.forSeconds } }),
    access: { sshKeys: access.sshKeys },
  };
}

type AlertsInput = NonNullable<RunSpecInput['alerts']>;

const inputOfAlerts = ({ nan, noCheckpointForSeconds, noStepForSeconds }: AlertSpec): AlertsInput => ({
  nan,
  ...(noCheckpointForSeconds === undefined ? {} : { noCheckpointFor: noCheckpointForSeconds }),
  ...(noStepForSeconds === undefined ? {} : { noStepFor: noStepForSeconds }),
});
