import { ActivityFailure, workflowInfo } from '@temporalio/workflow';
import { shorten } from '../rules/texts';
import { GivenUp, rootMessage } from './shared/failures';
import { resolveRun } from './shared/steps';
import { unlessOver } from './shared/waiting';
import type { Run } from './state/run';

/** Checks the input and fills in all that is not said. Nothing exists yet, so whatever goes wrong here leaves nothing. */
export async function resolve(run: Run, input: unknown): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  const args = { input, workflowId, runId };
  try {
    const answer = await unlessOver(run, resolveRun('validate the spec; find image and prices', args));
    run.webhook = answer.webhook === true;
    if (answer.kind === 'ok') run.resolve(answer);
    else run.decide({ outcome: 'invalid', reason: shorten(answer.message, 4000) });
  } catch (error) {
    if (error instanceof GivenUp) return;
    if (!(error instanceof ActivityFailure)) throw error;
    run.decide({ outcome: 'failed', reason: `the run could not be prepared: ${rootMessage(error)}` });
  }
}
