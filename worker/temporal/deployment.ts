import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, WorkerDeploymentOptions } from '@temporalio/worker';
import { DEFAULT_INSTALLATION, GRPC } from '../../contract';
import { WorkerStartError } from '../errors';
import { grpcCode } from './namespace';

/** Name of the Worker Deployment of the installation `default` in Temporal. */
const DEPLOYMENT = 'trainctl';

/** The Worker Deployment of an installation. Temporal takes no dot and no colon in its name. */
export const deploymentName = (installation: string): string =>
  installation === DEFAULT_INSTALLATION ? DEPLOYMENT : `${DEPLOYMENT}~${installation.replaceAll('.', '~')}`;

/** The server knows a version only after its pollers have come by. */
const PATIENCE_MS = 30_000;
const EVERY_MS = 250;

export interface DeployedVersion {
  deployment: string;
  buildId: string;
}

/**
 * This worker as one version of the deployment. Runs stay with the version that they began on, so that a new one never has to
 * replay what an old one did.
 */
export function deploymentOf(buildId: string, deployment: string): WorkerDeploymentOptions {
  return {
    useWorkerVersioning: true,
    version: { deploymentName: deployment, buildId },
    defaultVersioningBehavior: 'PINNED',
  };
}

/**
 * Makes this version the one that new runs start on, if it is new. A version that was current once and has been followed by
 * another stays as it is: a worker of it is started again for the runs that are pinned to it, and must not take the new ones
 * back. Call it once the workers poll.
 *
 * @returns the build id that is current now: this one, or its successor
 */
export async function becomeCurrent(
  connection: NativeConnection,
  namespace: string,
  { deployment, buildId }: DeployedVersion,
  patienceMs = PATIENCE_MS,
): Promise<string> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      const { standing, conflictToken } = await lookUp(connection, namespace, { deployment, buildId });
      if (standing.current !== undefined && (standing.current === buildId || standing.wasActive))
        return standing.current;
      await connection.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: deployment,
        buildId,
        // Refused when somebody has changed the deployment since: then it is looked at again.
        conflictToken,
        identity: `trainctl-worker ${process.pid}`,
        // A version before this one may have served a queue that is no more.
        ignoreMissingTaskQueues: true,
      });
      return buildId;
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
          `Version ${buildId} cannot be made current (${why}). Do it by hand:\n  ${setByHand(namespace, { deployment, buildId })}`,
        );
      }
      await sleep(EVERY_MS);
    }
  }
}

/** The command with which a person makes a version current. */
export function setByHand(namespace: string, { deployment, buildId }: DeployedVersion): string {
  return `temporal worker deployment set-current-version --namespace ${namespace} --deployment-name ${deployment} --build-id ${buildId}`;
}

interface Standing {
  /** Build id of the current version, if there is one. */
  current?: string;
  /** This version has been current, or ramping, at some time. */
  wasActive: boolean;
}

async function lookUp(
  { workflowService }: NativeConnection,
  namespace: string,
  { deployment, buildId }: DeployedVersion,
): Promise<{ standing: Standing; conflictToken: Uint8Array | null }> {
  const answer = await workflowService.describeWorkerDeployment({ namespace, deploymentName: deployment });
  const { routingConfig, versionSummaries } = answer.workerDeploymentInfo ?? {};
  const current = routingConfig?.currentDeploymentVersion?.buildId;
  const own = versionSummaries?.find(({ deploymentVersion }) => deploymentVersion?.buildId === buildId);
  return {
    standing: { wasActive: own?.firstActivationTime != null, ...(current ? { current } : {}) },
    conflictToken: answer.conflictToken ?? null,
  };
}
