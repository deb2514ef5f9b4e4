import { condition, patched } from '@temporalio/workflow';
import { checkpointAnswer, nodePrefix, readSuperviseResult, type SuperviseResult } from '../../../contract';
import { type AttemptEnd, readSupervision } from '../../rules/endings';
import { failedToResume, lineageOf } from '../../rules/lineage';
import { whereOutputsAre } from '../../rules/outputs';
import { SIGNS } from '../../rules/signs';
import { enter } from '../board';
import { endedByTemporal, rootMessage } from '../shared/failures';
import { startTraining, supervise, takeCheckpoint } from '../shared/steps';
import { pause, unlessOver, watch } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import { stepBackWords, tellResumed, withStepBack } from '../state/resumed';
import type { Run } from '../state/run';
import { tellAlert } from '../webhook';
import { heartbeatWithin, whilePreparing } from './host-lease';
import { alone } from './seal';
import { stage } from './stage';
import { stopGracefully } from './stopping';

/** Starts the command and stays until it is over; the answer says how. */
export async function train(run: Run, attempt: Attempt): Promise<AttemptEnd> {
  await alone(run, attempt);
  enter(run, 'training');
  let ended: AttemptEnd | undefined;
  await stage(run, attempt, 'train', async () => {
    attempt.trained = true;
    // From here on its host says what is scheduled for it, and what no more.
    attempt.schedule(undefined);
    await unlessOver(
      run,
      startTraining(`attempt ${attempt.number}: start the command`, startArgs(run, attempt), whilePreparing(run)),
    );
    const said = await watchOver(run, attempt);
    const result = said && readSuperviseResult(said);
    if (result) keep(run, attempt, result);
    ended = result
      ? read(run, attempt, result)
      : { kind: 'stopped', reason: 'ended without the last word of its host' };
    return { detail: ended.reason, failed: ended.kind === 'failed' || ended.kind === 'unreachable' };
  });
  return ended ?? { kind: 'stopped', reason: 'stopped' };
}

/** How it ended; in runs that had failed so before this rule, a resume that failed was the command's own failure. */
function read(run: Run, attempt: Attempt, result: SuperviseResult): AttemptEnd {
  const end = readSupervision(result, { ...seen(attempt), stopAsked: run.over, lossFails: lossFails(result) });
  const looked = withStepBack(run, attempt, end, result);
  if (!failedToResume(looked) || !patched('step-back')) return end;
  const { failed, ended } = stepBackWords(attempt.status, end.reason);
  run.warn(`attempt ${attempt.number} ${failed} (${end.reason}): the next takes the one before`);
  return { ...looked, reason: ended };
}

/** Supervises until the process has ended. When the run ends first: stops it, and waits for its last word as long as agreed. */
async function watchOver(run: Run, attempt: Attempt): Promise<SuperviseResult | undefined> {
  const { number, onHost } = attempt;
  const { leaseSeconds, unreachableSeconds } = run.plan.spec.limits;
  const lineage = lineageOf([...run.before(attempt), attempt]);
  const args = { ...onHost, leaseSeconds, unreachableSeconds, hostDeadline: run.hostDeadline, lineage };
  const heartbeat = heartbeatWithin(run, SIGNS.supervising);
  const supervision = watch(untilSaid(run, number, () => supervise(`attempt ${number}: train`, args, heartbeat)));

  while (!supervision.settled && !run.over) {
    await condition(() => supervision.settled || run.over || attempt.checkpointAsked);
    if (attempt.checkpointAsked) askForCheckpoint(run, attempt);
  }
  const said = supervision.settled ? undefined : await stopGracefully(run, attempt, supervision);
  return supervision.settled ? supervision.promise : said;
}

/** A supervision that Temporal has ended says nothing of its host, which trains on: it is begun anew, some times. */
async function untilSaid(
  run: Run,
  attempt: number,
  supervision: () => Promise<SuperviseResult>,
): Promise<SuperviseResult> {
  for (let begun = 1; ; begun += 1) {
    try {
      return await supervision();
    } catch (error) {
      const anew = !run.over && begun <= MOST_ANEW && endedByTemporal(error);
      if (!anew || !patched('supervised-anew')) throw error;
      run.warn(
        `attempt ${attempt}: the step that watches it was ended in Temporal (${rootMessage(error)}); it is watched anew`,
      );
      await pause(run, BEFORE_ANEW, `attempt ${attempt}: until it is watched anew`);
    }
  }
}

/** As often as that is no accident any more. */
const MOST_ANEW = 5;

/** Seconds. */
const BEFORE_ANEW = 2;

const seen = ({ notice, unwanted }: Attempt) => ({ unwanted, ...(notice ? { notice } : {}) });

/** In runs that ended before this rule, a success whose outputs were in no bucket was one. */
const lossFails = ({ final }: SuperviseResult): boolean =>
  final?.outputsLost !== undefined && patched('outputs-lost-fails');

function askForCheckpoint(run: Run, attempt: Attempt): void {
  attempt.checkpointAsked = false;
  const asked = run.status.checkpointAsked?.count;
  // Never waited for: whoever asked reads the answer in the status.
  void takeCheckpoint(`attempt ${attempt.number}: checkpoint`, attempt.onHost)
    .catch((error: unknown) => {
      const reason = `could not tell ${attempt.status.instanceId} to take a checkpoint: ${rootMessage(error)}`;
      run.warn(reason);
      return { reason };
    })
    .then((answer) => run.answerCheckpoint(asked, checkpointAnswer(answer)));
}

function startArgs(run: Run, attempt: Attempt) {
  const now = Math.floor(Date.now() / 1000);
  const leaseSeconds = Math.min(run.plan.spec.limits.leaseSeconds, run.hostDeadline - now);
  const resumedFromStep = attempt.restored?.step ?? null;
  return { ...attempt.onHost, resumedFromStep, leaseUntil: now + leaseSeconds, leaseSeconds };
}

/** Of a training that succeeded and reported nothing: its checkpoint was that of the last step already. */
function restoredStep({ status: { restored } }: Attempt, { final }: SuperviseResult): number | undefined {
  if (typeof restored?.step !== 'number' || final?.code !== 0) return undefined;
  return patched('step-of-its-checkpoint') ? restored.step : undefined;
}

/** Keeps what the attempt came to: how far it was, where its checkpoint and outputs are. */
function keep(run: Run, attempt: Attempt, result: SuperviseResult): void {
  const { final, lastCheckpoint, lastStep, kind } = result;
  const { number } = attempt;
  const { status, plan } = run;
  attempt.sealed = kind === 'final' || kind === 'lost';
  const checkpoint = final?.checkpoint ? { ...final.checkpoint, attempt: number } : lastCheckpoint;
  if (checkpoint) attempt.status.lastCheckpoint = checkpoint;
  if (final && final.code !== null) attempt.status.exitCode = final.code;
  for (const text of [...(final?.problems ?? []), ...(final?.warnings ?? [])]) run.warn(text);
  const step = final?.step ?? lastStep;
  const firstStep = final?.firstStep ?? result.firstStep;
  if (typeof step === 'number') attempt.status.lastStep = step;
  if (typeof firstStep === 'number') attempt.status.firstStep ??= firstStep;
  if (final?.stepsAnew || result.stepsAnew) attempt.status.stepsAnew = true;
  tellResumed(run, attempt);
  for (const { number: alert, kind, message } of final?.alerts ?? []) {
    // What was told in its last moments may not have come as a signal.
    if (!attempt.hearAlert(alert)) continue;
    run.warn(`attempt ${number}: ${message}`);
    void tellAlert(run, number, { alert: kind, message });
  }

  // The word of a host that was given up may come when its successor is already further.
  if (run.attempts.some((later) => later.number > number && later.trained)) return;
  if (checkpoint) status.lastCheckpoint = checkpoint;
  const reached = typeof step === 'number' ? step : restoredStep(attempt, result);
  if (reached !== undefined) status.finalStep = reached;
  if (!final) return;
  if (final.metrics) status.lastMetrics = final.metrics;
  delete status.notFinite;
  delete status.unreadableMetrics;
  if (final.notFinite) status.notFinite = final.notFinite;
  if (final.unreadable) status.unreadableMetrics = final.unreadable;
  const own = `s3://${plan.bucket}/${nodePrefix(plan.prefix, plan.run.runKey, number, 0)}outputs/`;
  status.outputs = whereOutputsAre(final.outputs, plan.spec.outputs, own);
  delete status.notKept;
  if (final.notKept) status.notKept = final.notKept;
}
