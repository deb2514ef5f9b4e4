import { type CheckpointRef, checkpointRef, checkpointWords, formatDuration } from '../../../contract';
import { lineageOf } from '../../rules/lineage';
import { enter } from '../board';
import { awaitReachable, fetchInputs, installDependencies, restoreCheckpoint, syncCode } from '../shared/steps';
import { unlessOver } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { leased, whilePreparing } from './host-lease';
import { sealed } from './seal';
import { stage } from './stage';

/** Beyond `limits.startTimeout`, for the activity's own last try to say what it saw. */
const REACH_SLACK = 60;

/** Waits until the instance answers as the one that was launched. */
export async function reach(run: Run, attempt: Attempt): Promise<void> {
  const { number } = attempt;
  const { region, spec, hostSettings } = run.plan;
  const { startTimeoutSeconds } = spec.limits;
  const { instanceId = '', placement } = attempt.status;
  enter(run, 'reaching');
  attempt.host = await stage(run, attempt, 'reach', () =>
    unlessOver(
      run,
      awaitReachable(
        `attempt ${number}: ${instanceId} answers within ${formatDuration(startTimeoutSeconds)}`,
        {
          node: run.nodeRef(number),
          instanceId,
          region: placement?.region ?? region,
          startTimeoutSeconds,
          ...(hostSettings && { settings: hostSettings }),
        },
        { scheduleToCloseTimeout: (startTimeoutSeconds + REACH_SLACK) * 1000, ...whilePreparing(run) },
      ),
    ),
  );
  const { address, port, user } = attempt.host;
  Object.assign(attempt.status, { address, port, user });
}

/** Three strands side by side; the first failure ends them all. */
export async function prepare(run: Run, attempt: Attempt): Promise<void> {
  enter(run, 'preparing');
  await Promise.all([codeThenSetup(run, attempt), inputs(run, attempt), restore(run, attempt)]);
}

async function codeThenSetup(run: Run, attempt: Attempt): Promise<void> {
  const { number } = attempt;
  await stage(run, attempt, 'code', () =>
    unlessOver(run, syncCode(`attempt ${number}: code`, leased(run, attempt), whilePreparing(run))),
  );
  if (attempt.cut) return;
  const { warnings = [] } = await stage(run, attempt, 'setup', () =>
    unlessOver(run, installDependencies(`attempt ${number}: dependencies`, leased(run, attempt), whilePreparing(run))),
  );
  for (const warning of warnings) run.warn(warning);
}

async function inputs(run: Run, attempt: Attempt): Promise<void> {
  const { number } = attempt;
  if (run.plan.spec.inputs.length === 0) return attempt.skip('inputs', 'none');
  await stage(run, attempt, 'inputs', () =>
    unlessOver(run, fetchInputs(`attempt ${number}: inputs`, leased(run, attempt), whilePreparing(run))),
  );
}

/** The newest whole checkpoint, once no earlier attempt can write another one. */
async function restore(run: Run, attempt: Attempt): Promise<void> {
  const { number } = attempt;
  if (!run.before(attempt).some((earlier) => earlier.trained))
    return attempt.skip('restore', 'nothing has trained yet');
  await sealed(run, attempt);
  if (attempt.cut) return;
  const done = await stage(run, attempt, 'restore', () =>
    unlessOver(
      run,
      restoreCheckpoint(
        `attempt ${number}: newest checkpoint`,
        { ...leased(run, attempt), lineage: lineageOf(run.before(attempt)) },
        whilePreparing(run),
      ),
    ),
  );
  for (const damaged of done.damaged) run.warn(`checkpoint not used: ${damaged}`);
  const checkpoint = checkpointRef(done.checkpoint);
  if (!checkpoint) return;
  const { attempt: from, suspect } = checkpoint;
  if (suspect !== undefined) {
    const words = checkpointWords(checkpoint);
    run.warn(`attempt ${number} goes on from a suspect checkpoint, ${words}, since no whole one is left: ${suspect}`);
  }
  // Whose end nobody watched may have left more than the run had heard of.
  const left = run.attempts[from - 1];
  if (left && left !== attempt && isNewer(checkpoint, left.status.lastCheckpoint)) {
    left.status.lastCheckpoint = checkpoint;
  }
  attempt.status.restored = checkpoint;
  attempt.status.lastCheckpoint = checkpoint;
  run.status.lastCheckpoint = checkpoint;
  // Where it really goes on, its training has yet to say.
  delete run.status.resumedFromStep;
}

/** Keys of one attempt's checkpoints sort by their age. */
const isNewer = (checkpoint: CheckpointRef, known: CheckpointRef | undefined): boolean =>
  known === undefined || checkpoint.key > known.key;
