import {
  ApplicationFailure,
  CancelledFailure,
  type Client,
  TerminatedFailure,
  TimeoutFailure,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
} from '@temporalio/client';
import {
  CUT_ENDS_WITHIN,
  type Cut,
  formatDuration,
  OUTCOMES,
  type Outcome,
  type Phase,
  type RunResult,
  type RunStatus,
  type SearchAttributeName,
  type Settings,
} from '../../contract';
import { messageOf } from '../errors';
import { runningCost } from '../view/run-view';
import type { RunAddress } from './resolve-run';

/** How an execution closed, read from Temporal alone. */
export interface Ending {
  outcome: Outcome;
  /** Absent where Temporal has none: then its memo may say it. */
  reason?: string;
  /** What the workflow returned, when it did. */
  result?: RunResult;
  /** Temporal ended it: the workflow had no last word. */
  cut?: Cut;
}

/** Of a run whose workflow had no time to say who cancelled it. */
const CANCELLED = 'cancelled through Temporal';

/** A run's status from what the Temporal server itself knows: when no worker answers and no summary was written. */
export function statusFromTemporal(
  description: WorkflowExecutionDescription,
  run: RunAddress,
  settings: Settings,
  ending: Ending | undefined,
): RunStatus {
  const attribute = (name: SearchAttributeName): unknown => description.searchAttributes[name]?.[0];
  const text = (name: SearchAttributeName): string | undefined => asText(attribute(name));
  const number = (name: SearchAttributeName): number | undefined => asNumber(attribute(name));
  const memo = description.memo ?? {};
  const closed = description.closeTime !== undefined;
  const said = closed ? (asOutcome(text('TrainctlOutcome')) ?? asOutcome(asText(memo.outcome))) : undefined;
  const outcome = ending?.outcome ?? said;
  const toldReason = closed ? asText(memo.reason) : undefined;
  const reason = ending?.reason ?? toldReason ?? (ending?.outcome === 'cancelled' ? CANCELLED : undefined);
  return {
    run: run.workflowId,
    runKey: run.runKey,
    name: text('TrainctlName') ?? run.workflowId,
    project: text('TrainctlProject') ?? '',
    installation: settings.installation,
    cloud: settings.cloud,
    region: settings.region,
    bucket: settings.bucket,
    prefix: settings.prefix,
    ...(ending?.cut === undefined ? {} : { cut: ending.cut }),
    phase: closed ? 'ended' : ((text('TrainctlPhase') as Phase | undefined) ?? 'resolving'),
    ...(outcome === undefined ? {} : { outcome }),
    ...(reason === undefined ? {} : { reason }),
    startedAt: description.startTime.toISOString(),
    ...(description.closeTime ? { endedAt: description.closeTime.toISOString() } : {}),
    costUsd: ending?.result?.costUsd ?? number('TrainctlCostUsd') ?? 0,
    onDemandUsd: 0,
    attemptCount: ending?.result?.attemptCount ?? number('TrainctlAttempt') ?? 0,
    interruptions: ending?.result?.interruptions ?? 0,
    failures: 0,
    attempts: [],
    ...(ending?.result?.finalStep == null ? {} : { finalStep: ending.result.finalStep }),
    ...(ending?.result?.resumedFromStep == null ? {} : { resumedFromStep: ending.result.resumedFromStep }),
    ...(attribute('TrainctlCleanupPending') === true
      ? { cleanupPending: 'the run had not verified that everything is gone' }
      : {}),
  };
}

/**
 * The status of a run that Temporal cut short, from the last that its workflow knew. What ran then is paid for until the cut at
 * least, and nobody knows how its stages would have ended.
 */
export function cutShort(
  status: RunStatus,
  { closeTime = new Date() }: Pick<WorkflowExecutionDescription, 'closeTime'>,
  { outcome, reason = '', cut }: Ending,
): RunStatus {
  const endedAt = closeTime.toISOString();
  const attempts = status.attempts.map((attempt) => ({
    ...attempt,
    stages: attempt.stages.map((stage) =>
      stage.state === 'running'
        ? { ...stage, state: 'failed' as const, endedAt, detail: 'cut short in Temporal' }
        : stage,
    ),
    costUsd: runningCost([attempt], closeTime),
  }));
  const before = status.attempts.reduce((sum, attempt) => sum + attempt.costUsd, 0);
  const costUsd = status.costUsd - before + attempts.reduce((sum, attempt) => sum + attempt.costUsd, 0);
  const ended = { phase: 'ended', outcome, reason, costUsd, endedAt, attempts } as const;
  return { ...status, ...ended, ...(cut === undefined ? {} : { cut }) };
}

/** How a closed execution ended. Waits for an open one. */
export async function readEnding(client: Client, run: RunAddress): Promise<Ending> {
  try {
    const result = await client.workflow.getHandle(run.workflowId, run.runId).result();
    const said = isRunResult(result) ? result : undefined;
    return { outcome: said?.outcome ?? 'succeeded', reason: said?.reason ?? '', ...(said ? { result: said } : {}) };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return endingOf(error);
  }
}

const NO_UNDO = `the workflow could not clean up after itself; a worker ends what it left within ${formatDuration(CUT_ENDS_WITHIN)}, or: trainctl reconcile`;

function endingOf(error: WorkflowFailedError): Ending {
  const cause = error.cause;
  if (cause instanceof CancelledFailure) {
    // Temporal keeps no word of the workflow beside it.
    return { outcome: 'cancelled' };
  }
  if (cause instanceof TerminatedFailure) {
    return {
      outcome: 'cancelled',
      reason: `terminated in Temporal (${cause.message || 'no reason given'}): ${NO_UNDO}`,
      cut: 'terminated',
    };
  }
  if (cause instanceof TimeoutFailure)
    return {
      outcome: 'deadline',
      reason: `timed out in Temporal (its execution or run timeout is over): ${NO_UNDO}`,
      cut: 'timed-out',
    };
  const outcome = cause instanceof ApplicationFailure ? asOutcome(cause.type ?? undefined) : undefined;
  const detail = cause instanceof ApplicationFailure ? cause.details?.find(isRunResult) : undefined;
  return {
    outcome: outcome ?? 'failed',
    reason: detail?.reason ?? messageOf(cause ?? error),
    ...(detail ? { result: detail } : {}),
  };
}

function isRunResult(value: unknown): value is RunResult {
  return (
    typeof value === 'object' && value !== null && 'outcome' in value && 'attemptCount' in value && 'costUsd' in value
  );
}

function asOutcome(text: string | undefined): Outcome | undefined {
  return OUTCOMES.find((outcome) => outcome === text);
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const asNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
