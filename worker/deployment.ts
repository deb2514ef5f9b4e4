import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, WorkerDeploymentOptions } from '@temporalio/worker';
import { WorkerStartError } from './errors';
import { GRPC, grpcCode } from './namespace';

/** Name of the Worker Deployment in Temporal. */
export const DEPLOYMENT = 'trainctl';

/** The server knows a version only after its pollers have come by. */
const PATIENCE_MS = 30_000;
const EVERY_MS = 250;

/**
 * This worker as one version of the deployment. Runs stay with the version that they began on, so that a new one never has to
 * replay what an old one did.
 */
export function deploymentOf(buildId: string): WorkerDeploymentOptions {
  return {
    useWorkerVersioning: true,
    version: { deploymentName: DEPLOYMENT, buildId },
    defaultVersioningBehavior: 'PINNED',
  };
}

/** Makes this version the one that new runs start on. Call it once the workers poll. */
export async function setCurrentVersion(
  connection: NativeConnection,
  namespace: string,
  buildId: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      await connection.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: DEPLOYMENT,
        buildId,
        identity: `trainctl-worker ${process.pid}`,
        // A version before this one may have served a queue that is no more.
        ignoreMissingTaskQueues: true,
      });
      return;
    } catch (error) {
      const code = grpcCode(error);
      if (code === GRPC.unimplemented) {
        throw new WorkerStartError(
          'This Temporal server has no Worker Deployments: unset TRAINCTL_BUILD_ID, or upgrade it',
        );
      }
      if (Date.now() > until) {
        const why = error instanceof Error ? error.message : String(error);
        throw new WorkerStartError(
          `Version ${buildId} cannot be made current (${why}). Do it by hand:\n  temporal worker deployment set-current-version --namespace ${namespace} --deployment-name ${DEPLOYMENT} --build-id ${buildId}`,
        );
      }
      await sleep(EVERY_MS);
    }
  }
}
