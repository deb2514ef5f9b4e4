import { rootCause, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { isModest, type JudgedResource, type ReconcileArgs, type ReconcileResult } from '../../contract';
import { failure } from '../failures';
import { shownValue } from '../rules/orders';
import { takeNoSignals } from '../signals';
import { lookAtRun } from './one-run';
import { add, emptyResult, forgetPending, postpone, publish } from './result';
import { endResources, surveyResources } from './steps';

/** A survey names some sixty resources; what is left after so many rounds is for the next pass. */
const ROUNDS = 20;

// A pass is short and begins anew: it belongs on the newest worker, whichever it began on. A server refuses the word from a
// worker that is no version of a deployment.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {}),
  reconcile,
);

/**
 * One pass of the reconciler: ends what carries this installation's tags and no live run owns. It is started every five
 * minutes by a Schedule, by `trainctl reconcile`, and for one run by a worker that learns that Temporal has ended it.
 *
 * @param input `{"dryRun": true}` to end nothing, `{"run": "<workflow id>"}` to look at one run alone; absent otherwise
 * @returns what it did, and what it left alone, with reasons
 */
export async function reconcile(input?: ReconcileArgs): Promise<ReconcileResult> {
  takeNoSignals();
  const { dryRun, run } = readInput(input);
  if (run !== undefined) return lookAtRun(run);
  let survey = await surveyResources();
  const { installation, namespaceId, regions, seen } = survey;
  const result = emptyResult({ dryRun, installation, namespaceId, regions, seen, leftAlone: survey.leftAlone });
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
  forgetPending(result);
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

/** Strict: whoever mistypes `dryRun` must not end anything. */
function readInput(input: unknown): { dryRun: boolean; run?: string } {
  if (input === undefined || input === null) return { dryRun: false };
  const document = (typeof input === 'object' ? input : { input }) as Record<string, unknown>;
  const names = Object.keys(document);
  const { dryRun, run } = document;
  if (names.length === 1 && typeof run === 'string' && run !== '') return { dryRun: false, run };
  if (names.some((name) => name !== 'dryRun') || (dryRun !== undefined && typeof dryRun !== 'boolean'))
    throw failure(
      'invalid',
      `the input is {"dryRun": true}, {"dryRun": false}, {"run": "<workflow id>"}, or nothing; not ${isModest(input, 200) ? JSON.stringify(input) : shownValue(input)}`,
    );
  return { dryRun: dryRun === true };
}
