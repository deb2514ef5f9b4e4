import type { AttemptStatus, CheckpointRef, LaunchTry, Notice, Outcome, StageStatus } from '../../contract';
import type { RunView } from './run-view';

/** One thing that happened to a run, as it is shown in a terminal, a pipe or a line of JSON. Only grows. */
export type Fact =
  | { event: 'attempt'; attempt: number }
  | { event: 'refused'; attempt: number; try: LaunchTry }
  | { event: 'stage'; attempt: number; stage: StageStatus }
  /**
   * Told when the training has reported where it is. `step`: the one that it went on from; absent where its reports do not say
   * one. `firstStep`: the first that it reported. `lost`: steps that had been reported before, and are done again.
   */
  | { event: 'resumed'; attempt: number; step?: number; firstStep: number; lost?: number; checkpoint?: CheckpointRef }
  | { event: 'checkpoint'; attempt: number; checkpoint: CheckpointRef }
  | { event: 'notice'; attempt: number; instanceId: string; notice: Notice }
  | { event: 'disconnected'; attempt: number; since: string; why?: string }
  | { event: 'reconnected'; attempt: number }
  | { event: 'attempt-ended'; attempt: number; ended: string; reason: string; exitCode?: number }
  | { event: 'ending'; outcome: Outcome; reason: string; mode: 'graceful' | 'now' }
  | { event: 'held'; run: string; until: string }
  | { event: 'cleanup-pending'; what: string }
  | { event: 'warning'; message: string }
  | { event: 'no-worker'; answers: boolean };

/** What happened between two looks at a run; everything so far, when there was no look before. */
export function factsBetween(before: RunView | undefined, now: RunView): Fact[] {
  const facts: Fact[] = [];
  const couldNotSee = now.source === 'temporal' && now.endedAt === undefined;
  const nobodyBefore = before?.source === 'temporal' && !before.workerBusy;
  if (couldNotSee) {
    if (!nobodyBefore && !now.workerBusy) facts.push({ event: 'no-worker', answers: false });
    return facts;
  }
  if (nobodyBefore && now.endedAt === undefined) facts.push({ event: 'no-worker', answers: true });
  for (const attempt of now.attempts) {
    const earlier = before?.attempts.find((other) => other.number === attempt.number);
    const fresh = newCheckpoint(before, now, attempt.number);
    facts.push(...attemptFacts(earlier, attempt, fresh));
  }
  for (const { at, message } of now.warnings ?? []) {
    const known = before?.warnings?.some((other) => other.at === at && other.message === message);
    if (!known) facts.push({ event: 'warning', message });
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

function newCheckpoint(before: RunView | undefined, now: RunView, attempt: number): CheckpointRef | undefined {
  const newest = now.lastCheckpoint;
  if (newest?.attempt !== attempt) return undefined;
  const known = before?.lastCheckpoint;
  // After a step back the last one is an older one; keys of one attempt's checkpoints sort by their age.
  const older =
    known && (newest.attempt < known.attempt || (newest.attempt === known.attempt && newest.key <= known.key));
  return older ? undefined : newest;
}

/** One attempt's facts, in the order in which they happen; several may have happened between two looks. */
function attemptFacts(before: AttemptStatus | undefined, now: AttemptStatus, checkpoint?: CheckpointRef): Fact[] {
  const attempt = now.number;
  const facts: Fact[] = [];
  if (!before) facts.push({ event: 'attempt', attempt });
  for (const launch of now.tries) {
    const known = before?.tries.some((t) => t.try === launch.try && t.code === launch.code && t.at === launch.at);
    if (launch.code !== undefined && !known) facts.push({ event: 'refused', attempt, try: launch });
  }
  const changed = now.stages.filter((stage) => {
    const was = before?.stages.find((s) => s.name === stage.name && s.startedAt === stage.startedAt);
    return was?.state !== stage.state;
  });
  const tell = (names: (name: string) => boolean): void => {
    for (const stage of changed) if (names(stage.name)) facts.push({ event: 'stage', attempt, stage });
  };
  tell((name) => EARLY.has(name));
  tell((name) => !EARLY.has(name) && !LATE.has(name));
  const { disconnectedSince: since, disconnectedWhy: why } = now;
  if (since !== undefined && (before?.disconnectedSince === undefined || before.disconnectedWhy !== why)) {
    facts.push({ event: 'disconnected', attempt, since, ...(why === undefined ? {} : { why }) });
  }
  if (now.disconnectedSince === undefined && before?.disconnectedSince !== undefined && now.ended === undefined) {
    facts.push({ event: 'reconnected', attempt });
  }
  if (now.notice && !before?.notice) {
    facts.push({ event: 'notice', attempt, instanceId: now.instanceId ?? '', notice: now.notice });
  }
  if (saysWhere(now) && !saysWhere(before)) facts.push(resumedFact(now));
  if (checkpoint) facts.push({ event: 'checkpoint', attempt, checkpoint });
  tell((name) => name === 'train');
  if (now.ended !== undefined && before?.ended === undefined) {
    const { ended, reason = '', exitCode } = now;
    facts.push({ event: 'attempt-ended', attempt, ended, reason, ...(exitCode === undefined ? {} : { exitCode }) });
  }
  tell((name) => name === 'cleanup');
  return facts;
}

/** An attempt that had something to go on from, or to do again, has reported where it is. */
function saysWhere(attempt: AttemptStatus | undefined): attempt is AttemptStatus & { firstStep: number } {
  if (attempt?.firstStep === undefined) return false;
  return attempt.restored !== undefined || attempt.stepsLost !== undefined;
}

function resumedFact({ number, firstStep, restored, ...attempt }: AttemptStatus & { firstStep: number }): Fact {
  const { resumedFromStep: step, stepsLost: lost } = attempt;
  return {
    event: 'resumed',
    attempt: number,
    ...(step === undefined ? {} : { step }),
    firstStep,
    ...(lost === undefined ? {} : { lost }),
    ...(restored === undefined ? {} : { checkpoint: restored }),
  };
}

/** Stages that come before what may happen in training, and those that come after it. */
const EARLY: ReadonlySet<string> = new Set(['launch', 'reach', 'code', 'inputs', 'restore']);
const LATE: ReadonlySet<string> = new Set(['train', 'cleanup']);
