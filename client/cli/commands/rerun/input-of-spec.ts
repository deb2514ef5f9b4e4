import type { AlertSpec, RunSpec } from '../../../../contract';
import { formatDuration, type RunSpecInput } from '../../../../contract/schema';

/** A resolved spec in the words that a person would have typed: the keys, units and forms of `trainctl.yaml`. */
export function inputOfSpec(spec: RunSpec): RunSpecInput {
  const { checkpoints, resources, limits, alerts, hold, access, outputs, outputLimitBytes, ...same } = spec;
  return {
    ...same,
    outputs: outputLimitBytes === undefined ? outputs : { limit: size(outputLimitBytes) },
    checkpoints: {
      dir: checkpoints.dir,
      every: duration(checkpoints.everySeconds),
      keep: checkpoints.keep,
      grace: duration(checkpoints.graceSeconds),
      ...(checkpoints.signal === undefined ? {} : { signal: checkpoints.signal }),
    },
    resources: {
      instanceTypes: resources.instanceTypes,
      market: resources.market,
      zones: resources.zones,
      ami: resources.ami,
      disk: `${resources.diskGiB}GiB`,
    },
    limits: {
      maxDuration: duration(limits.maxDurationSeconds),
      ...(limits.maxCostUsd === undefined ? {} : { maxCostUsd: limits.maxCostUsd }),
      capacityWait: duration(limits.capacityWaitSeconds),
      startTimeout: duration(limits.startTimeoutSeconds),
      unreachable: duration(limits.unreachableSeconds),
      lease: duration(limits.leaseSeconds),
    },
    ...(alerts === undefined ? {} : { alerts: inputOfAlerts(alerts) }),
    ...(hold === undefined ? {} : { hold: { on: hold.on, for: duration(hold.forSeconds) } }),
    access: { sshKeys: access.sshKeys },
  };
}

/** `1h30m`; text has no parts of seconds. */
const duration = (seconds: number): number | string => (Number.isInteger(seconds) ? formatDuration(seconds) : seconds);

const GIB = 1024 ** 3;
const size = (bytes: number): string => (bytes % GIB === 0 ? `${bytes / GIB}GiB` : `${bytes}B`);

type AlertsInput = NonNullable<RunSpecInput['alerts']>;

const inputOfAlerts = ({ nan, noCheckpointForSeconds, noStepForSeconds }: AlertSpec): AlertsInput => ({
  nan,
  ...(noCheckpointForSeconds === undefined ? {} : { noCheckpointFor: duration(noCheckpointForSeconds) }),
  ...(noStepForSeconds === undefined ? {} : { noStepFor: duration(noStepForSeconds) }),
});
