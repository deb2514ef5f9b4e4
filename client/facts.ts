import type { AttemptStatus, CheckpointRef, LaunchTry, Notice, Outcome, StageStatus } from '../contract';
import type { RunView } from './run-view';

/** One thing that happened to a run, as it is shown in a terminal, a pipe or a line of JSON. Only grows. */
export type Fact =
  | { event: 'attempt'; attempt: number }
  | { event: 'refused'; attempt: number; try: LaunchTry }
  | { event: 'stage'; attempt: number; stage: StageStatus }
  | { event: 'resumed'; attempt: number; step: number }
  | { event: 'checkpoint'; attempt: number; checkpoint: CheckpointRef }
  | { event: 'notice'; attempt: number; instanceId: string; notice: Notice }
  | { event: 'disconnected'; attempt: number; since: string }
  | { event: 'reconnected'; attempt: number }
  | { event: 'attempt-ended'; attempt: number; ended: string; reason: string; exitCode?: number }
  | { event: 'ending'; outcome: Outcome; reason: string; mode: 'graceful' | 'now' }
  | { event: 'held'; run: string; until: string }
  | { event: 'cleanup-pending'; what: string }
  | { event: 'no-worker'; answers: boolean };

/** What happened between two looks at a run; everything so far, when there was no look before. */
export function factsBetween(before: RunView | undefined, now: RunView): Fact[] {
  const facts: Fact[] = [];
  const couldNotSee = now.source === 'temporal' && now.endedAt === undefined;
  const couldNotSeeBefore = before?.source === 'temporal';
  if (couldNotSee) {
    if (!couldNotSeeBefore) facts.push({ event: 'no-worker', answers: false });
    return facts;
  }
  if (couldNotSeeBefore && now.endedAt === undefined) facts.push({ event: 'no-worker', answers: true });
  for (const attempt of now.attempts) {
    const earlier = before?.attempts.find((other) => other.number === attempt.number);
    facts.push(...attemptFacts(earlier, attempt));
  }
  if (now.lastCheckpoint && now.lastCheckpoint.key !== before?.lastCheckpoint?.key) {
    facts.push({ event: 'checkpoint', attempt: now.lastCheckpoint.attempt, checkpoint: now.lastCheckpoint });
  }
  if (now.ending && !before?.ending) facts.push({ event: 'ending', ...now.ending });
  if (now.heldUntil !== undefined && now.heldUntil !== before?.heldUntil) {
    facts.push({ event: 'held', run: now.run, until: now.heldUntil });
  }
  if (now.cleanupPending !== undefined && now.cleanupPending !== before?.cleanupPending) {
    facts.push({ event: 'cleanup-pending', what: now.cleanupPending });
  }
  return facts;
}

function attemptFacts(before: AttemptStatus | undefined, now: AttemptStatus): Fact[] {
  const attempt = now.number;
  const facts: Fact[] = [];
  if (!before) facts.push({ event: 'attempt', attempt });
  for (const launch of now.tries) {
    const known = before?.tries.some((t) => t.try === launch.try && t.code === launch.code && t.at === launch.at);
    if (launch.code !== undefined && !known) facts.push({ event: 'refused', attempt, try: launch });
  }
  for (const stage of now.stages) {
    const was = before?.stages.find((s) => s.name === stage.name && s.startedAt === stage.startedAt);
    if (was?.state !== stage.state) facts.push({ event: 'stage', attempt, stage });
  }
  if (now.resumedFromStep !== undefined && before?.resumedFromStep === undefined) {
    facts.push({ event: 'resumed', attempt, step: now.resumedFromStep });
  }
  if (now.notice && !before?.notice) {
    facts.push({ event: 'notice', attempt, instanceId: now.instanceId ?? '', notice: now.notice });
  }
  if (now.disconnectedSince !== undefined && before?.disconnectedSince === undefined) {
    facts.push({ event: 'disconnected', attempt, since: now.disconnectedSince });
  }
  if (now.disconnectedSince === undefined && before?.disconnectedSince !== undefined && now.ended === undefined) {
    facts.push({ event: 'reconnected', attempt });
  }
  if (now.ended !== undefined && before?.ended === undefined) {
    const { ended, reason = '', exitCode } = now;
    facts.push({ event: 'attempt-ended', attempt, ended, reason, ...(exitCode === undefined ? {} : { exitCode }) });
  }
  return facts;
}
