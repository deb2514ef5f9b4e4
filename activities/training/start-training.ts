import { hostDir, type StartRequest, type TrainingActivities } from '../../contract';
import { askAgent, signGrants } from '../host';
import { secretsOf } from '../secrets';
import { type ActivityDeps, type SpecStore, withHeartbeat } from '../step';

/**
 * Seconds of a spot notice's two minutes that are kept for the last upload: the process has ended by then. EC2 gives the
 * notice two minutes ahead, as a best effort.
 */
const NOTICE_RESERVE_SECONDS = 30;

/** Starts the command under the agent, detached. Starting the same attempt again answers with the first start's state. */
export function createStartTraining(deps: ActivityDeps, specs: SpecStore): TrainingActivities['startTraining'] {
  return ({ host, resumedFromStep, leaseUntil, leaseSeconds }) =>
    withHeartbeat(async (beat) => {
      const { spec } = await specs.read(host.node, beat.signal);
      const { workflowId, runKey, attempt, node } = host.node;
      const secrets = secretsOf(deps, spec.secrets);
      const request: StartRequest = {
        dir: hostDir(runKey, attempt, node),
        run: workflowId,
        runKey,
        attempt,
        node,
        instance: host.instanceId,
        command: spec.command,
        env: spec.env,
        secrets,
        checkpoints: {
          dir: spec.checkpoints.dir,
          everySeconds: spec.checkpoints.everySeconds,
          graceSeconds: spec.checkpoints.graceSeconds,
          signal: spec.checkpoints.signal ?? null,
        },
        resumedFromStep,
        outputs: spec.outputs.map(({ from }) => ({ from })),
        ...(spec.steps === undefined ? {} : { steps: spec.steps }),
        ...(spec.alerts === undefined ? {} : { alerts: spec.alerts }),
        ...(spec.outputLimitBytes === undefined ? {} : { outputLimitBytes: spec.outputLimitBytes }),
        inputs: spec.inputs.map(({ to }) => to),
        grants: await signGrants(deps.store, deps.settings.prefix, host.node, spec.outputs),
        leaseUntil,
        leaseSeconds: leaseSeconds ?? Math.max(0, Math.floor(leaseUntil - Date.now() / 1000)),
        noticeReserveSeconds: NOTICE_RESERVE_SECONDS,
        largeAboveBytes: deps.largeAboveBytes,
      };
      const { pid } = await askAgent(deps, { host, verb: 'start', request, beat, secrets });
      return { pid, startedAt: new Date().toISOString() };
    });
}
