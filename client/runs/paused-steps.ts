import type { WorkflowExecutionDescription } from '@temporalio/client';

/** A step that somebody has paused in Temporal. */
export interface PausedStep {
  /** The activity's type. */
  step: string;
  activityId: string;
  /** ISO 8601. */
  since?: string;
  by?: string;
  reason?: string;
}

type Described = Pick<WorkflowExecutionDescription, 'raw'>;

/** The steps of an open run that are paused: Temporal alone knows it, its workflow waits for them as for any other. */
export function pausedSteps({ raw }: Described): PausedStep[] {
  return (raw.pendingActivities ?? []).flatMap(({ paused, activityId, activityType, pauseInfo }) => {
    if (!paused) return [];
    const seconds = Number(pauseInfo?.pauseTime?.seconds ?? 0);
    const { identity, reason } = pauseInfo?.manual ?? {};
    return {
      step: activityType?.name ?? 'a step',
      activityId: activityId ?? '',
      ...(seconds > 0 ? { since: new Date(seconds * 1000).toISOString() } : {}),
      ...(identity ? { by: identity } : {}),
      ...(reason ? { reason } : {}),
    };
  });
}
