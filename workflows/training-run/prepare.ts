import { formatDuration } from '../../contract';
import { awaitReachable, fetchInputs, installDependencies, restoreCheckpoint, syncCode } from './activities';
import type { Attempt } from './attempt';
import { leased, whilePreparing } from './host-lease';
import { sealed } from './seal';
import { unlessOver } from './waiting';

/** Beyond `limits.startTimeout`, for the activity's own last try to say what it saw. */
const REACH_SLACK = 60;

/** Waits until the instance answers as the one that was launched. */
export async function reach(attempt: Attempt): Promise<void> {
  const { run, number } = attempt;
  const { region, spec } = run.plan;
  const { startTimeoutSeconds } = spec.limits;
  const { instanceId = '', placement } = attempt.status;
  run.enter('reaching');
  attempt.host = await attempt.stage('reach', () =>
    unlessOver(
      run,
      awaitReachable(
        `attempt ${number}: ${instanceId} answers within ${formatDuration(startTimeoutSeconds)}`,
        { node: run.nodeRef(number), instanceId, region: placement?.region ?? region, startTimeoutSeconds },
        { scheduleToCloseTimeout: (startTimeoutSeconds + REACH_SLACK) * 1000, ...whilePreparing(attempt) },
      ),
    ),
  );
  const { address, port, user } = attempt.host;
  Object.assign(attempt.status, { address, port, user });
}

/** Three strands side by side; the first failure ends them all. */
export async function prepare(attempt: Attempt): Promise<void> {
  attempt.run.enter('preparing');
  await Promise.all([codeThenSetup(attempt), inputs(attempt), restore(attempt)]);
}

async function codeThenSetup(attempt: Attempt): Promise<void> {
  const { run, number } = attempt;
  await attempt.stage('code', () =>
    unlessOver(run, syncCode(`attempt ${number}: code`, leased(attempt), whilePreparing(attempt))),
  );
  await attempt.stage('setup', () =>
    unlessOver(run, installDependencies(`attempt ${number}: dependencies`, leased(attempt), whilePreparing(attempt))),
  );
}

async function inputs(attempt: Attempt): Promise<void> {
  const { run, number } = attempt;
  if (run.plan.spec.inputs.length === 0) return attempt.skip('inputs', 'none');
  await attempt.stage('inputs', () =>
    unlessOver(run, fetchInputs(`attempt ${number}: inputs`, leased(attempt), whilePreparing(attempt))),
  );
}

/** The newest whole checkpoint, once no earlier attempt can write another one. */
async function restore(attempt: Attempt): Promise<void> {
  const { run, number } = attempt;
  if (!run.before(attempt).some((earlier) => earlier.trained))
    return attempt.skip('restore', 'nothing has trained yet');
  await sealed(attempt);
  const done = await attempt.stage('restore', () =>
    unlessOver(
      run,
      restoreCheckpoint(`attempt ${number}: newest checkpoint`, leased(attempt), whilePreparing(attempt)),
    ),
  );
  for (const damaged of done.damaged) run.warn(`checkpoint not used: ${damaged}`);
  if (!done.checkpoint) return;
  const { step, attempt: from } = done.checkpoint;
  // Whose end nobody watched may have left more than the run had heard of.
  const left = run.attempts[from - 1];
  if (left && left !== attempt) left.status.lastCheckpoint = done.checkpoint;
  attempt.status.resumedFromStep = step;
  attempt.status.lastCheckpoint = done.checkpoint;
  run.status.resumedFromStep = step;
  run.status.lastCheckpoint = done.checkpoint;
}
