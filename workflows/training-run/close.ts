import { CancelledFailure, log, patched, sleep, upsertMemo } from '@temporalio/workflow';
import { type Outcome, oneLine, placementLabel, type RunResult, resultOf } from '../../contract';
import { failure } from '../failures';
import { dollars } from '../rules/costs';
import { lineageOf } from '../rules/lineage';
import { fitBytes, iso, lastLines } from '../rules/texts';
import { publish } from './board';
import { rootMessage } from './shared/failures';
import { countLeftovers, pruneCheckpoints, writeSummary } from './shared/steps';
import type { Run } from './state/run';
import type { Verdict } from './state/verdict';
import { tellEnd } from './webhook';

/** How much of the program's last words goes into the reason. Characters. */
const TAIL = 1500;

/** Seconds between two looks at what is left; volumes disappear a moment after their instance. */
const LOOK_AGAIN = [2, 5, 10, 20, 30, 60];

/** The last page of the story: everything has been verified gone; says how the run ended, everywhere, and closes it so. */
export async function close(run: Run): Promise<RunResult> {
  const verdict = run.verdict ?? run.ending;
  if (!verdict) throw new Error('the run is being closed, and nobody has said how it ended');
  run.decide(verdict);
  const { outcome } = verdict;
  const leftovers = run.attempts.length > 0 ? await lookForLeftovers(run) : 0;
  const reason = reasonOf(run, verdict);
  Object.assign(run.status, { outcome, reason, endedAt: iso(Date.now()), phase: 'ended' });
  // Of all attempts: a long run's status leaves the oldest out.
  const result = resultOf({ ...run.snapshot(), attempts: run.attempts.map((a) => a.snapshot()) }, leftovers);
  delete run.status.ending;
  publish(run);
  upsertMemo({ outcome, reason: fitBytes(reason, 900) });
  if (run.resolved) await summarize(run, result);
  await tellEnd(run, result);

  if (outcome === 'succeeded') return result;
  if (outcome === 'cancelled' && closesCanceled(run)) throw new CancelledFailure(reason);
  throw failure(outcome, oneLine(reason), [result]);
}

/** Runs that a stop had ended before that was a cancel closed as Failed. */
const closesCanceled = (run: Run): boolean => run.cancelRequested || patched('stopped-closes-canceled');

/** Asks EC2 until it shows nothing of the run, or for two minutes: volumes go a moment later than their instance. */
async function lookForLeftovers(run: Run): Promise<number> {
  const { plan } = run;
  const regions = [...new Set([plan.region, ...plan.placements.map((p) => p.region)])];
  for (const wait of [...LOOK_AGAIN, 0]) {
    const { leftovers } = await countLeftovers('what is left in the cloud', { run: plan.run, regions }).catch(
      (error: unknown) => {
        run.warn(`could not ask EC2 what is left, after each attempt had been seen gone: ${rootMessage(error)}`);
        return { leftovers: [] };
      },
    );
    if (leftovers.length === 0) return 0;
    run.warn(`EC2 still shows ${leftovers.join(', ')}`);
    if (wait === 0) return leftovers.length;
    await sleep(wait * 1000, { summary: 'until EC2 is asked again what is left' });
  }
  return 0;
}

/** What happened and why, then the program's own last words. */
function reasonOf(run: Run, { outcome, reason, tail }: Verdict): string {
  const whole = SUBJECTS[outcome]?.(run, reason) ?? reason;
  return tail?.trim() ? `${whole}\n${lastLines(tail, TAIL)}` : whole;
}

const SUBJECTS: Partial<Record<Outcome, (run: Run, reason: string) => string>> = {
  budget: (run, reason) =>
    run.costUsd > 0 ? `${reason}; with the last checkpoint and the shutdown it was ${dollars(run.costUsd)}` : reason,
  interrupted: (run, reason) => `${where(run)}: ${reason}`,
  unreachable: (run, reason) => `${where(run)}: ${reason}`,
};

function where(run: Run): string {
  const last = run.attempts.at(-1)?.status;
  const label = last?.placement ? ` (${placementLabel(last.placement)})` : '';
  return `attempt ${last?.number ?? 0}${last?.instanceId ? ` on ${last.instanceId}` : ''}${label}`;
}

/** Neither is worth an open run: both give up after ten minutes. */
async function summarize(run: Run, result: RunResult): Promise<void> {
  const { run: ref, spec } = run.plan;
  const steps = [
    run.status.lastCheckpoint
      ? pruneCheckpoints(`keep the newest ${spec.checkpoints.keep} checkpoints`, {
          run: ref,
          keep: spec.checkpoints.keep,
          lineage: lineageOf(run.attempts),
        })
      : Promise.resolve(),
    writeSummary('summary.json', { run: ref, status: run.snapshot(), result }),
  ];
  for (const step of await Promise.allSettled(steps))
    if (step.status === 'rejected') log.warn(`closing without it: ${rootMessage(step.reason)}`);
}
