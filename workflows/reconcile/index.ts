import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  ApplicationFailure,
  rootCause,
  setCurrentDetails,
  setWorkflowOptions,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { type JudgedResource, type ReconcileArgs, type ReconcileResult, reconcileOutcome } from '../../contract';
import { endResources, surveyResources } from './steps';
import { pageOf } from './texts';

const OUTCOME = defineSearchAttributeKey('TrainctlOutcome', SearchAttributeType.KEYWORD);
const CLEANUP_PENDING = defineSearchAttributeKey('TrainctlCleanupPending', SearchAttributeType.BOOL);

/** A survey names some sixty resources; what is left after so many rounds is for the next pass. */
const ROUNDS = 20;
const NAMED = { ended: 50, pending: 10 };

// A pass is short and begins anew: it belongs on the newest worker, whichever it began on. A server refuses the word from a
// worker that is no version of a deployment.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {}),
  reconcile,
);

/**
 * One pass of the reconciler: ends what carries this installation's tags and no live run owns. It is started every five
 * minutes by a Schedule, and by `trainctl reconcile`.
 *
 * @param input `{"dryRun": true}` to end nothing; absent otherwise
 * @returns what it did, and what it left alone, with reasons
 */
export async function reconcile(input?: ReconcileArgs): Promise<ReconcileResult> {
  const dryRun = readDryRun(input);
  let survey = await surveyResources();
  const { installation, namespaceId, regions, seen } = survey;
  const result: ReconcileResult = {
    dryRun,
    installation,
    namespaceId,
    regions,
    seen,
    ended: [],
    endedCount: 0,
    pending: [],
    pendingCount: 0,
    leftAlone: survey.leftAlone,
  };
  if (dryRun) {
    add(result, survey.toEnd);
    result.endedCount += survey.more;
  }
  for (let round = 1; !dryRun && survey.toEnd.length > 0; round += 1) {
    const ended = await endAll(result, survey.toEnd);
    if (survey.more === 0 || ended === 0 || round === ROUNDS) break;
    survey = await surveyResources();
    result.leftAlone = survey.leftAlone;
  }
  publish(result);
  return result;
}

/** Ends what a survey found, one activity a workflow id, side by side; answers how many are gone. */
async function endAll(result: ReconcileResult, toEnd: JudgedResource[]): Promise<number> {
  const regionsOf = new Map<string, Set<string>>();
  for (const { run, region } of toEnd) regionsOf.set(run, (regionsOf.get(run) ?? new Set()).add(region));
  result.pending = [];
  result.pendingCount = 0;
  const before = result.endedCount;
  await Promise.all(
    [...regionsOf].map(async ([run, regions]) => {
      try {
        const { ended, pending } = await endResources(run, [...regions]);
        add(result, ended);
        for (const { id, why } of pending) postpone(result, { id, run, why });
      } catch (error) {
        const why = rootCause(error)?.slice(0, 300) ?? String(error);
        for (const { id } of toEnd.filter((resource) => resource.run === run)) postpone(result, { id, run, why });
      }
    }),
  );
  return result.endedCount - before;
}

function add(result: ReconcileResult, ended: JudgedResource[]): void {
  result.endedCount += ended.length;
  result.ended = [...result.ended, ...ended].slice(0, NAMED.ended);
}

function postpone(result: ReconcileResult, pending: ReconcileResult['pending'][number]): void {
  result.pendingCount += 1;
  if (result.pending.length < NAMED.pending) result.pending.push(pending);
}

function publish(result: ReconcileResult): void {
  const outcome = reconcileOutcome(result);
  upsertSearchAttributes([
    { key: OUTCOME, value: outcome },
    { key: CLEANUP_PENDING, value: result.pendingCount > 0 },
  ]);
  upsertMemo({ outcome });
  setCurrentDetails(pageOf(result));
}

/** Strict: whoever mistypes `dryRun` must not end anything. */
function readDryRun(input: unknown): boolean {
  if (input === undefined || input === null) return false;
  const { dryRun, ...others } = (typeof input === 'object' ? input : { input }) as Record<string, unknown>;
  if (Object.keys(others).length > 0 || (dryRun !== undefined && typeof dryRun !== 'boolean'))
    throw ApplicationFailure.create({
      type: 'invalid',
      message: `the input is {"dryRun": true}, {"dryRun": false}, or nothing; not ${JSON.stringify(input)}`,
      nonRetryable: true,
    });
  return dryRun === true;
}
