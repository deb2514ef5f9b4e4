import type { NotifyActivities, TrainingActivities } from '../contract';
import { createAwaitGone } from './await-gone';
import { createAwaitReachable } from './await-reachable';
import { createCountLeftovers } from './count-leftovers';
import type { ActivityDeps } from './deps';
import { createFetchInputs } from './fetch-inputs';
import { createInstallDependencies } from './install-dependencies';
import { createLaunchInstance } from './launch-instance';
import { createPostWebhook } from './post-webhook';
import { createPruneCheckpoints } from './prune-checkpoints';
import { createRenewLease } from './renew-lease';
import { createResolveRun } from './resolve-run';
import { createRestoreCheckpoint } from './restore-checkpoint';
import { SpecStore } from './spec-store';
import { createStartTraining } from './start-training';
import { createStopTraining } from './stop-training';
import { createSupervise } from './supervise';
import { createSyncCode } from './sync-code';
import { createTakeCheckpoint } from './take-checkpoint';
import { createTerminateAttempt } from './terminate-attempt';
import { createWriteSummary } from './write-summary';

export { type ActivityDeps, createDeps, type DepsArgs, type Log } from './deps';
export { createReconcileActivities, type Runs } from './reconcile';

/** Every step of a run, on one worker's connections. The caller closes `deps` when the worker has stopped. */
export function createActivities(deps: ActivityDeps): TrainingActivities {
  const specs = new SpecStore(deps.store, deps.settings.prefix);
  return {
    resolveRun: createResolveRun(deps, specs),
    launchInstance: createLaunchInstance(deps),
    awaitReachable: createAwaitReachable(deps),
    syncCode: createSyncCode(deps, specs),
    installDependencies: createInstallDependencies(deps, specs),
    fetchInputs: createFetchInputs(deps, specs),
    awaitGone: createAwaitGone(deps),
    restoreCheckpoint: createRestoreCheckpoint(deps, specs),
    renewLease: createRenewLease(deps),
    startTraining: createStartTraining(deps, specs),
    supervise: createSupervise(deps, specs),
    stopTraining: createStopTraining(deps),
    takeCheckpoint: createTakeCheckpoint(deps),
    terminateAttempt: createTerminateAttempt(deps),
    countLeftovers: createCountLeftovers(deps),
    pruneCheckpoints: createPruneCheckpoints(deps),
    writeSummary: createWriteSummary(deps),
  };
}

/** The step that tells a webhook of what happens to runs. */
export function createNotifyActivities(deps: ActivityDeps): NotifyActivities {
  return { postWebhook: createPostWebhook(deps) };
}
