import type { NotifyActivities, ReconcileActivities, TrainingActivities } from '../contract';
import { createPruneCheckpoints } from './checkpoints/prune-checkpoints';
import { createRestoreCheckpoint } from './checkpoints/restore-checkpoint';
import { createTakeCheckpoint } from './checkpoints/take-checkpoint';
import { createSyncCode } from './code/sync-code';
import { createFetchInputs } from './data/fetch-inputs';
import { createInstallDependencies } from './dependencies/install-dependencies';
import { createHearEc2 } from './hear/hear-ec2';
import { createRenewLease } from './host/renew-lease';
import { createLaunchInstance } from './launch/launch-instance';
import { createPostWebhook } from './notify/post-webhook';
import { createAwaitReachable } from './reach/await-reachable';
import { createEndResources } from './reconcile/end-resources';
import type { Runs } from './reconcile/runs';
import { createSurveyResources } from './reconcile/survey-resources';
import { createResolveRun } from './resolve/resolve-run';
import { type ActivityDeps, SpecStore, withOwnFaultsFinal } from './step';
import { createWriteSummary } from './summary/write-summary';
import { createSupervise } from './supervise/supervise';
import { createStartTraining } from './training/start-training';
import { createStopTraining } from './training/stop-training';
import { createAwaitGone } from './undo/await-gone';
import { createCountLeftovers } from './undo/count-leftovers';
import { createTerminateAttempt } from './undo/terminate-attempt';

export type { Runs } from './reconcile/runs';
export { type ActivityDeps, createDeps, type DepsArgs, type Log } from './step';

/** Every step of a run, on one worker's connections. The caller closes `deps` when the worker has stopped. */
export function createActivities(deps: ActivityDeps): TrainingActivities {
  const specs = new SpecStore(deps.store, deps.settings.prefix);
  return {
    /** Validates what the person typed, finds image, zones and prices, stores the spec. */
    resolveRun: createResolveRun(deps, specs),
    /** Sends one launch call. */
    launchInstance: createLaunchInstance(deps),
    /** Waits for SSH with the key that the host was given, and puts the agent there. */
    awaitReachable: createAwaitReachable(deps),
    /** Hears that EC2 takes the instance, or will take it, while it is being prepared. */
    hearEc2: createHearEc2(deps),
    /** Brings the snapshot, or the git commit, to the host. */
    syncCode: withOwnFaultsFinal('copying the code', createSyncCode(deps, specs)),
    /** Installs the requirements and runs the setup commands. */
    installDependencies: withOwnFaultsFinal('the installation', createInstallDependencies(deps, specs)),
    /** Lets the host fetch the inputs from S3. */
    fetchInputs: withOwnFaultsFinal('fetching the inputs', createFetchInputs(deps, specs)),
    /** Waits until EC2 shows the instance of the attempt before going or gone. */
    awaitGone: createAwaitGone(deps),
    /** Puts the newest whole checkpoint in place. */
    restoreCheckpoint: withOwnFaultsFinal('restoring the checkpoint', createRestoreCheckpoint(deps, specs)),
    /** Renews the lease of a host that waits. */
    renewLease: createRenewLease(deps),
    /** Starts the command under the agent. */
    startTraining: withOwnFaultsFinal('starting the command', createStartTraining(deps, specs)),
    /** Stays attached until the attempt is over. */
    supervise: createSupervise(deps, specs),
    /** Tells the agent to stop the command, unless it is over. */
    stopTraining: createStopTraining(deps),
    /** Asks for a checkpoint now. */
    takeCheckpoint: createTakeCheckpoint(deps),
    /** The undo: ends all that an attempt has in EC2, and sees it gone. */
    terminateAttempt: createTerminateAttempt(deps),
    /** Counts what of the whole run is still alive. */
    countLeftovers: createCountLeftovers(deps),
    /** Removes checkpoints beyond those to keep. */
    pruneCheckpoints: createPruneCheckpoints(deps),
    /** Writes how the run ended, for whoever has no Temporal server at hand. */
    writeSummary: createWriteSummary(deps),
  };
}

/** The step that tells a webhook of what happens to runs. */
export function createNotifyActivities(deps: ActivityDeps): NotifyActivities {
  return {
    /** Posts one message. */
    postWebhook: createPostWebhook(deps),
  };
}

/** The steps of the reconciler. `runs` says how runs are, by Temporal. */
export function createReconcileActivities(deps: ActivityDeps, runs: Runs): ReconcileActivities {
  return {
    /** Lists what the installation has in EC2, and judges each by its run. */
    surveyResources: createSurveyResources(deps, runs),
    /** Ends what no live run owns. */
    endResources: createEndResources(deps, runs),
  };
}
