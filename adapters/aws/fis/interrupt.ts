import { setTimeout as sleep } from 'node:timers/promises';
import { awsErrorCode, awsErrorMessage } from '../classify';
import { type ExperimentState, type Fis, FisNotSetUp } from './types';

/** Codes of answers that say: this identity may not. */
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedException', 'UnauthorizedOperation']);
/** How FIS words, in an experiment that failed, that its role is missing or may not. Words, since older answers have no code. */
const ROLE_FAILED = /assume role|not authorized|unauthorized|permission/i;
const ENDED = new Set(['completed', 'stopped', 'failed']);

/** Milliseconds between looks at an experiment: from the first, doubling, to the last. */
const PAUSE = { first: 100, longest: 5_000 };
/** An experiment that runs for so long has told EC2. Milliseconds. */
const TOLD_MS = 90_000;
/** From the start until it runs. Milliseconds. */
const LIMIT_MS = 300_000;

export interface InterruptOptions {
  /** Found again by them: of the template, which is removed here, or by {@link removeTemplates} should this process die. */
  tags: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Lets EC2 announce that it takes a running spot instance back, and resolves once EC2 has been told.
 * @throws FisNotSetUp when a role or a right is missing; Error in FIS's words when it did not come to a notice
 */
export async function interruptInstance(fis: Fis, instanceId: string, options: InterruptOptions): Promise<void> {
  const call = options.signal === undefined ? {} : { signal: options.signal };
  try {
    const { templateId, experimentId } = await fis.startInterruption(instanceId, options.tags, call);
    try {
      const { status, reason } = await outcome(fis, experimentId, options.signal);
      if (status === 'completed' || status === 'running') return;
      if (ROLE_FAILED.test(reason)) throw new FisNotSetUp(`the role for AWS FIS does not serve: ${reason}`);
      throw new Error(`FIS did not interrupt ${instanceId}: its experiment ${experimentId} ${status}: ${reason}`);
    } finally {
      // Also after an abort: it costs one call. One that cannot be removed now is found by its tags.
      await fis.deleteTemplate(templateId).catch(() => undefined);
    }
  } catch (error) {
    if (!DENIED.has(awsErrorCode(error) ?? '')) throw error;
    throw new FisNotSetUp(`AWS FIS refuses this identity (docs/run-on-aws.md, "The suite"): ${awsErrorMessage(error)}`);
  }
}

/** Removes the templates that carry these tags; answers how many there were. Where FIS is not set up there are none. */
export async function removeTemplates(fis: Fis, tags: Record<string, string>): Promise<number> {
  let found: string[];
  try {
    found = await fis.templates(tags);
  } catch (error) {
    if (DENIED.has(awsErrorCode(error) ?? '')) return 0;
    throw error;
  }
  for (const id of found) await fis.deleteTemplate(id);
  return found.length;
}

/** Waits until the experiment has ended, or has run for so long that EC2 knows. */
async function outcome(fis: Fis, id: string, signal: AbortSignal | undefined): Promise<ExperimentState> {
  const begun = Date.now();
  let runningSince: number | undefined;
  let pause = PAUSE.first;
  for (;;) {
    const state = await fis.experiment(id, signal === undefined ? {} : { signal });
    const now = Date.now();
    if (state.status === 'running') runningSince ??= now;
    if (ENDED.has(state.status) || now - (runningSince ?? now) > TOLD_MS) return state;
    if (runningSince === undefined && now - begun > LIMIT_MS) {
      return { ...state, reason: `not running after ${LIMIT_MS / 60_000} minutes. ${state.reason}` };
    }
    await sleep(pause, undefined, signal === undefined ? {} : { signal });
    pause = Math.min(pause * 2, PAUSE.longest);
  }
}
