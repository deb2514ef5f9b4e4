import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { type LiveRef, type Phase, placementLabel } from '../../../contract';
import { shorten } from '../../rules/texts';
import type { Run } from '../state/run';
import { details } from './details';

const { KEYWORD, INT, DOUBLE, BOOL } = SearchAttributeType;

const KEYS = {
  runKey: defineSearchAttributeKey('TrainctlRunKey', KEYWORD),
  name: defineSearchAttributeKey('TrainctlName', KEYWORD),
  project: defineSearchAttributeKey('TrainctlProject', KEYWORD),
  phase: defineSearchAttributeKey('TrainctlPhase', KEYWORD),
  outcome: defineSearchAttributeKey('TrainctlOutcome', KEYWORD),
  placement: defineSearchAttributeKey('TrainctlPlacement', KEYWORD),
  attempt: defineSearchAttributeKey('TrainctlAttempt', INT),
  step: defineSearchAttributeKey('TrainctlStep', INT),
  costUsd: defineSearchAttributeKey('TrainctlCostUsd', DOUBLE),
  cleanupPending: defineSearchAttributeKey('TrainctlCleanupPending', BOOL),
  disconnected: defineSearchAttributeKey('TrainctlDisconnected', BOOL),
};

/**
 * Shows the run as it is: search attributes (those that changed, in one event) and the page in the Temporal UI. Called at
 * transitions only, so that a history stays short.
 */
export function publish(run: Run): void {
  show(run);
  const known = workflowInfo().typedSearchAttributes;
  const changed = attributes(run).filter(({ key, value }) => known.get(key) !== value);
  // A cost alone is no transition: it rides along with the next one.
  if (changed.some(({ key }) => key.name !== KEYS.costUsd.name)) upsertSearchAttributes(changed);
}

/** The page as it is at each look at it, by whoever asks the workflow for its metadata. */
export const pageOf = (run: Run) => ({ details: () => detailsNow(run), live: () => liveOf(run) });

/** Renews the page alone: it costs no event. */
export function show(run: Run): void {
  setCurrentDetails(detailsNow(run));
}

function detailsNow(run: Run): string {
  const hourlyUsd = run.meters.reduce((sum, { to, hourlyUsd: rate }) => (to === undefined ? sum + rate : sum), 0);
  return details(run.snapshot(), {
    now: Date.now(),
    hourlyUsd,
    live: liveOf(run) !== undefined,
    ...(run.resolved ? { command: run.plan.spec.command } : {}),
  });
}

/** The newest host whose command may be running. */
function liveOf(run: Run): LiveRef | undefined {
  const attempt = run.attempts.findLast(({ trained, end, gone }) => trained && !end && !gone);
  if (!attempt) return undefined;
  const { bucket, prefix, runKey } = run.status;
  const { instanceId } = attempt;
  return { bucket, prefix, runKey, attempt: attempt.number, ...(instanceId === undefined ? {} : { instanceId }) };
}

export function enter(run: Run, phase: Phase): void {
  if (run.status.phase === phase) return;
  run.status.phase = phase;
  publish(run);
}

/** Shows what is left of which attempt, or that nothing is any more. */
export function showCleanup(run: Run): void {
  const pending = run.attempts.flatMap((a) => (a.cleanupPending ? `attempt ${a.number}: ${a.cleanupPending}` : []));
  delete run.status.cleanupPending;
  if (pending.length > 0) run.status.cleanupPending = shorten(pending.join('; '), 1000);
  publish(run);
}

function attributes(run: Run): SearchAttributePair[] {
  const { status } = run;
  const last = run.attempts.at(-1);
  const pairs: SearchAttributePair[] = [{ key: KEYS.phase, value: status.phase }];
  if (status.runKey !== '') {
    pairs.push({ key: KEYS.runKey, value: status.runKey });
    pairs.push({ key: KEYS.name, value: status.name }, { key: KEYS.project, value: shorten(status.project, 200) });
  }
  if (last) pairs.push({ key: KEYS.attempt, value: last.number });
  if (last?.status.placement) pairs.push({ key: KEYS.placement, value: placementLabel(last.status.placement) });
  if (status.finalStep !== undefined) pairs.push({ key: KEYS.step, value: status.finalStep });
  if (run.attempts.some((a) => a.end)) pairs.push({ key: KEYS.costUsd, value: status.costUsd });
  if (status.outcome) pairs.push({ key: KEYS.outcome, value: status.outcome });
  pairs.push(...flag(KEYS.cleanupPending, status.cleanupPending !== undefined));
  pairs.push(
    ...flag(
      KEYS.disconnected,
      run.attempts.some((a) => a.status.disconnectedSince !== undefined),
    ),
  );
  return pairs;
}

/** A flag is written when it rises, and again when it falls; one that never rose costs no event. */
function flag(key: (typeof KEYS)['cleanupPending'], value: boolean): SearchAttributePair[] {
  const known = workflowInfo().typedSearchAttributes.get(key);
  return value || known !== undefined ? [{ key, value }] : [];
}
